"""Use of root raises an alarm."""

from ccm_engine.core import Category, Every, Severity, Verdict, control
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.cloudtrail import Trail
from ccm_engine.resources.aws.cloudwatch import Alarm
from ccm_engine.resources.aws.logs import MetricFilter
from ccm_engine.resources.aws.sns_subscriptions import Subscription
from ccm_engine.resources.aws.trail_events import uses_of_root
from ccm_engine.resources.aws.watch import watched


@control(
    title="Use of the root user raises an alarm",
    severity=Severity.LOW,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudWatch.1",),
    remedy="Count use of the root user in the log group of a trail of all regions, with an alarm that tells someone.",
)
def alarm_root_usage(
    account: Account,
    trails: Every[Trail],
    filters: Every[MetricFilter],
    alarms: Every[Alarm],
    subscriptions: Every[Subscription],
) -> Verdict:
    """Root is bound by no policy, and nobody needs it in everyday work."""
    return watched(uses_of_root(account.id), trails, filters, alarms, subscriptions)
