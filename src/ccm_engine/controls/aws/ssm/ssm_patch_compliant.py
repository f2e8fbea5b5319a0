"""Instances have the patches they should have."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.ec2_instances import Instance
from ccm_engine.resources.aws.ssm import PatchSummary, patches_of


@control(
    title="Managed instances are patched",
    severity=Severity.HIGH,
    category=Category.COMPUTE,
    security_hub=("SSM.2",),
    remedy="Install the missing patches, and let a maintenance window do so regularly.",
)
def ssm_patch_compliant(instance: Instance, summaries: Every[PatchSummary]) -> Verdict:
    """Most break-ins use a hole for which there is a patch.

    An instance that was never scanned cannot be judged here; `ssm_managed_instances` shows it.
    """
    summary = patches_of(instance.id, summaries)
    if instance.is_gone() or summary is None:
        return not_applicable(f"{instance.id} is {instance.state} and has no patch scan")
    if summary.compliance == "COMPLIANT":
        return passed(f"{instance.id} has its patches")
    return failed(f"{instance.id} is not compliant with its patch baseline ({summary.missing} patches)")
