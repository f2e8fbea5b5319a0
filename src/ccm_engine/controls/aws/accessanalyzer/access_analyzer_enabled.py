"""What strangers can reach is looked for."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.accessanalyzer import AnalyzersOfRegion


@control(
    title="Access Analyzer looks for external access in every region",
    severity=Severity.MEDIUM,
    category=Category.IDENTITY,
    security_hub=("IAM.28",),
    remedy="Create an analyzer for external access in every region you use, best for the whole organization.",
)
def access_analyzer_enabled(account: AnalyzersOfRegion) -> Verdict:
    """It reads every resource policy and tells which of them lets somebody from outside in."""
    if analyzer := account.external_analyzer():
        return passed(f"{analyzer} looks for external access in {account.region}")
    return failed(f"no active analyzer looks for external access in {account.region}")
