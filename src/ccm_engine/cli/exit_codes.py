"""What a scan's findings mean to the shell."""

from collections.abc import Sequence

from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import Severity, Status

PASSED, FAILED, NOT_JUDGED = 0, 1, 3


def exit_code(findings: Sequence[Finding], fail_on: Severity | None, *, strict: bool) -> int:
    """Return 0, 1 for a failing finding (of `fail_on` or worse), 3 for what could not be judged.

    3 counts when nothing at all could be judged, and with `strict` before everything else.
    """
    blind = any(not finding.status.judged for finding in findings)
    if blind and (strict or not any(finding.status.judged for finding in findings)):
        return NOT_JUDGED
    least = fail_on.weight if fail_on else 0
    failing = any(finding.status is Status.FAIL and finding.severity.weight >= least for finding in findings)
    return FAILED if failing else PASSED
