"""What a scan's findings mean to the shell."""

from collections.abc import Iterable

from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import Severity, Status

PASSED, FAILED, NOT_JUDGED = 0, 1, 3


def exit_code(findings: Iterable[Finding], fail_on: Severity | None, *, strict: bool) -> int:
    """Return 0, 1 for a failing finding (of `fail_on` or worse), 3 for what could not be judged.

    3 counts when nothing at all could be judged, and with `strict` before everything else.
    """
    least = fail_on.weight if fail_on else 0
    blind = judged = failing = False
    for finding in findings:
        blind |= not finding.status.judged
        judged |= finding.status.judged
        failing |= finding.status is Status.FAIL and finding.severity.weight >= least
    if blind and (strict or not judged):
        return NOT_JUDGED
    return FAILED if failing else PASSED
