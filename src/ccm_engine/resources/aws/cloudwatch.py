"""CloudWatch: alarms, and whom they tell."""

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call, Resource
from ccm_engine.resources.aws.logs import CountedMetric

TOPIC = ":sns:"


class Dimension(Part):
    """What narrows a metric to one of its series."""

    dimension_name: str = at("Name")


class Alarm(Resource):
    """An alarm on one metric. Composite alarms, and those of metric math, are not read."""

    type = "AWS::CloudWatch::Alarm"
    listed_by = Call(
        "cloudwatch",
        "describe_alarms",
        "MetricAlarms",
        one_by="AlarmNames",
        granted_as="cloudwatch:DescribeAlarms",
        arguments={"AlarmTypes": ["MetricAlarm"]},
    )

    id: str = at("AlarmName")
    arn: str = at("AlarmArn")
    watched_metric: str | None = at("MetricName")
    watched_namespace: str | None = at("Namespace")
    narrowed_to: tuple[Dimension, ...] = at("Dimensions", default=())
    acts: bool = at("ActionsEnabled", default=False)
    actions: tuple[str, ...] = at("AlarmActions", default=())

    def watches(self, counted: CountedMetric) -> bool:
        """Whether it watches all that is counted in a metric, and may act."""
        named = self.watched_metric == counted.metric and self.watched_namespace == counted.namespace
        return named and self.acts and counted.is_one_series() and not self.narrowed_to

    def topics(self) -> list[str]:
        """Return the topics (ARNs) it tells."""
        return [action for action in self.actions if TOPIC in action]
