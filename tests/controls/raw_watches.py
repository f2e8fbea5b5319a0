"""What watches a trail: metric filters, alarms and subscriptions, as AWS describes them."""

from collections.abc import Sequence
from typing import Any

from raw_documents import ACCOUNT_ID, US, Estate, document
from raw_trails import trail

from ccm_engine.core.document import Document
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.cloudtrail import Trail
from ccm_engine.resources.aws.cloudwatch import Alarm
from ccm_engine.resources.aws.logs import MetricFilter
from ccm_engine.resources.aws.sns_subscriptions import Subscription

GROUP = "audit-trail"


def topic(owner: str = ACCOUNT_ID, region: str = US) -> str:
    """Return the ARN of the topic that alarms tell."""
    return f"arn:aws:sns:{region}:{owner}:audit"


def feeding(owner: str = ACCOUNT_ID, group: str | None = GROUP, region: str = US, **about: Any) -> Document:
    """Return a trail that delivers to a log group of `owner`, to none where `group` is None."""
    arn = f"arn:aws:logs:{region}:{owner}:log-group:{group}:*" if group else None
    return trail(region=region, CloudWatchLogsLogGroupArn=arn, **about)


def metric_filter(
    pattern: str, *, group: str = GROUP, name: str = "watch", metric: str = "events", region: str = US, **members: Any
) -> Document:
    """Return a filter that counts events of a log group; `members` are further ones."""
    transformation = {"metricName": metric, "metricNamespace": "Audit", "metricValue": "1"}
    item = {
        "filterName": name,
        "filterPattern": pattern,
        "metricTransformations": [transformation],
        "creationTime": 1767225600000,
        "logGroupName": group,
        "applyOnTransformedLogs": False,
        **members,
    }
    return document(MetricFilter, item, {}, region)


def alarm(*, metric: str = "events", actions: Sequence[str] = (topic(),), region: str = US, **members: Any) -> Document:
    """Return an alarm on what a filter counts; `members` are further ones."""
    item = {
        "AlarmName": f"{metric}-alarm",
        "AlarmArn": f"arn:aws:cloudwatch:{region}:{ACCOUNT_ID}:alarm:{metric}-alarm",
        "ActionsEnabled": True,
        "AlarmActions": list(actions),
        "OKActions": [],
        "InsufficientDataActions": [],
        "StateValue": "OK",
        "MetricName": metric,
        "Namespace": "Audit",
        "Statistic": "Sum",
        "Dimensions": [],
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        **members,
    }
    return document(Alarm, item, {}, region)


def subscription(arn: str = f"{topic()}:5b0f4c5e-0000-4000-8000-000000000000", of: str = topic()) -> Document:
    """Return a subscription to the topic, confirmed unless its `arn` is a word."""
    item = {
        "SubscriptionArn": arn,
        "Owner": ACCOUNT_ID,
        "Protocol": "email",
        "Endpoint": "security@example.com",
        "TopicArn": of,
    }
    return document(Subscription, item, {}, US)


PENDING = subscription("PendingConfirmation")


def watching(
    *filters: Document,
    trails: Sequence[Document] | None = None,
    alarms: Sequence[Document] | None = None,
    subscriptions: Sequence[Document] | None = None,
    regions: Sequence[str] = (US,),
) -> Estate:
    """Return an account with these filters; the rest is as it should be unless told otherwise."""
    estate = Estate(*regions).add(Account, document(Account, {}, {}, GLOBAL)).add(MetricFilter, *filters)
    estate.add(Trail, *([feeding()] if trails is None else trails))
    estate.add(Alarm, *([alarm()] if alarms is None else alarms))
    return estate.add(Subscription, *([subscription()] if subscriptions is None else subscriptions))
