"""Auto Scaling: launch configurations, the older way to say what a group starts."""

from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource
from ccm_engine.resources.aws.ec2_instances import MetadataOptions


class LaunchConfiguration(Resource):
    """What instances of a group are started as. It cannot be changed, only replaced."""

    type = "AWS::AutoScaling::LaunchConfiguration"
    listed_by = Call(
        "autoscaling",
        "describe_launch_configurations",
        "LaunchConfigurations",
        one_by="LaunchConfigurationNames",
        page_size=100,
    )

    id: str = at("LaunchConfigurationName")
    arn: str = at("LaunchConfigurationARN")
    metadata: MetadataOptions | None = at("MetadataOptions")
