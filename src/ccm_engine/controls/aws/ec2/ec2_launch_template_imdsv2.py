"""Launch templates require session tokens."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ec2_instances import LaunchTemplate


@control(
    title="Launch templates require IMDSv2 by default",
    severity=Severity.LOW,
    category=Category.COMPUTE,
    security_hub=("EC2.170",),
    remedy="Make a new version of the template that requires session tokens, and let it be the default.",
)
def ec2_launch_template_imdsv2(template: LaunchTemplate) -> Verdict:
    """Every instance that is started from the template repeats its setting."""
    if template.metadata and template.metadata.demand_tokens():
        return passed(f"default version {template.version} of {template.id} requires IMDSv2")
    return failed(f"default version {template.version} of {template.id} does not require IMDSv2")
