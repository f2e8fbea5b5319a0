"""CCM Engine: continuous control monitoring for the cloud."""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as _version_of
from typing import TYPE_CHECKING

from ccm_engine.core.control import control
from ccm_engine.core.example import example
from ccm_engine.core.freeform import BaseCheck, CheckResult, CheckStatus
from ccm_engine.core.resource import Every
from ccm_engine.core.verdict import Verdict, failed, not_applicable, passed
from ccm_engine.core.vocabulary import Category, Maturity, Scope, Severity, Status

if TYPE_CHECKING:
    import boto3

    from ccm_engine.app.report import Report

try:
    __version__ = _version_of("ccm-engine")
except PackageNotFoundError:
    __version__ = "0+unknown"  # its source is on the path, but nobody installed it

__all__ = [
    "BaseCheck",
    "Category",
    "CheckResult",
    "CheckStatus",
    "Every",
    "Maturity",
    "Scope",
    "Severity",
    "Status",
    "Verdict",
    "__version__",
    "control",
    "example",
    "failed",
    "not_applicable",
    "passed",
    "scan",
]


def scan(
    session: "boto3.Session | None" = None,
    controls: Sequence[str] | None = None,
    regions: Sequence[str] | None = None,
) -> "Report":
    """Judge the session's account now and return the report; nothing is stored, alerted or cached.

    `controls` None means all but those judged on request only, `regions` None the enabled ones. Raises ValueError for
    a control or region that does not exist and SessionError when there are no usable credentials.
    """
    # Imported here so that importing the package loads no AWS SDK.
    from ccm_engine.app.report import scan as scan_now

    return scan_now(session, controls, regions)
