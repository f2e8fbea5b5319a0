"""Launch configurations require session tokens."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.autoscaling import LaunchConfiguration


@control(
    title="Launch configurations require IMDSv2",
    severity=Severity.HIGH,
    category=Category.COMPUTE,
    security_hub=("AutoScaling.3",),
    remedy="Replace the launch configuration by a launch template that requires session tokens.",
)
def autoscaling_lc_imdsv2(configuration: LaunchConfiguration) -> Verdict:
    """Every instance that the group starts gives its credentials out to forged requests from inside an application."""
    if configuration.metadata and configuration.metadata.demand_tokens():
        return passed(f"{configuration.id} requires IMDSv2 or has no metadata service")
    return failed(f"{configuration.id} does not require IMDSv2")
