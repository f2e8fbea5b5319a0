"""CloudWatch Logs: log groups, and the filters that count what is written there."""

from collections.abc import Mapping
from typing import Any

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call, Resource, named
from ccm_engine.resources.aws.filter_pattern import holds, pattern_of


class LogGroup(Resource):
    """Where the events of one source are kept."""

    type = "AWS::Logs::LogGroup"
    listed_by = Call("logs", "describe_log_groups", "logGroups")

    id: str = at("logGroupName")
    # The ARN that AWS gives ends with `:*`, the log streams.
    arn: str = named("arn:{partition}:logs:{region}:{account_id}:log-group:{id}")
    group_key: str | None = at("kmsKeyId")
    # A group without it keeps its events for ever.
    retention_days: int | None = at("retentionInDays")


class CountedMetric(Part):
    """The metric that a filter counts in."""

    metric: str = at("metricName")
    namespace: str = at("metricNamespace")
    split_by: dict[str, str] | None = at("dimensions")

    def is_one_series(self) -> bool:
        """Whether all it counts lands in one number, which an alarm without dimensions can watch."""
        return not self.split_by


class MetricFilter(Resource):
    """What is counted in a log group."""

    type = "AWS::Logs::MetricFilter"
    listed_by = Call("logs", "describe_metric_filters", "metricFilters")

    id: str = named("{group}/{filter_name}")
    arn: str = named("arn:{partition}:logs:{region}:{account_id}:log-group:{group}:metric-filter:{filter_name}")
    filter_name: str = at("filterName")
    group: str = at("logGroupName")
    counted_in: tuple[CountedMetric, ...] = at("metricTransformations", default=())
    pattern: str = at("filterPattern", default="")
    # Each narrows what is filtered, or splits what is counted, in a way that the pattern does not tell.
    chosen_by: str | None = at("fieldSelectionCriteria")
    sees_transformed: bool = at("applyOnTransformedLogs", default=False)
    split_by_system: tuple[str, ...] = at("emitSystemFieldDimensions", default=())

    def reads(self, log_group: str) -> bool:
        """Whether it filters the log group with this ARN (with or without `:*`)."""
        own = f"arn:{self.partition}:logs:{self.region}:{self.account_id}:log-group:{self.group}"
        return log_group.removesuffix(":*") == own

    def counts(self, event: Mapping[str, Any]) -> bool:
        """Whether it counts an event, as far as we understand it: what we do not understand counts nothing."""
        if self.chosen_by or self.sees_transformed or self.split_by_system:
            return False
        understood = pattern_of(self.pattern)
        return understood is not None and holds(understood, event)
