"""CloudShell is no way to carry data out."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.iam_policies import CloudShellFullAccess


@control(
    title="AWSCloudShellFullAccess is attached to nobody",
    severity=Severity.MEDIUM,
    category=Category.IDENTITY,
    security_hub=("IAM.27",),
    remedy="Detach it; a policy of your own can allow CloudShell without file upload and download.",
)
def iam_no_cloudshell_full(policy: CloudShellFullAccess) -> Verdict:
    """It lets people move files between the account and the internet past every other control."""
    if holders := policy.shell_holders():
        return failed(f"AWSCloudShellFullAccess is attached to {', '.join(holders)}")
    return passed("AWSCloudShellFullAccess is attached to nobody")
