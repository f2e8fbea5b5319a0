"""New instances require session tokens unless started otherwise."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ec2_instances import InstanceDefaults


@control(
    title="IMDSv2 is the default for new instances",
    severity=Severity.MEDIUM,
    category=Category.COMPUTE,
    remedy="Set the region's default for new instances to IMDSv2 required.",
)
def ec2_imdsv2_default(defaults: InstanceDefaults) -> Verdict:
    """What is right by default needs no one to remember it."""
    if defaults.default_tokens == "required":
        return passed(f"new instances in {defaults.region} require IMDSv2")
    return failed(
        f"new instances in {defaults.region} may use IMDSv1 (default: {defaults.default_tokens or 'none set'})"
    )
