"""Refused calls raise an alarm."""

from ccm_engine.core import Category, Every, Severity, Verdict, control
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.cloudtrail import Trail
from ccm_engine.resources.aws.cloudwatch import Alarm
from ccm_engine.resources.aws.logs import MetricFilter
from ccm_engine.resources.aws.sns_subscriptions import Subscription
from ccm_engine.resources.aws.trail_events import refused_calls
from ccm_engine.resources.aws.watch import watched

CODES = ("Client.UnauthorizedOperation", "UnauthorizedOperation", "AccessDenied", "AccessDeniedException")


@control(
    title="Refused API calls raise an alarm",
    severity=Severity.LOW,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudWatch.2",),
    remedy="Count refused API calls in the log group of a trail of all regions, with an alarm that tells someone.",
)
def alarm_unauthorized_api(
    account: Account,
    trails: Every[Trail],
    filters: Every[MetricFilter],
    alarms: Every[Alarm],
    subscriptions: Every[Subscription],
) -> Verdict:
    """An intruder tries what stolen keys may do, and is refused again and again."""
    return watched(refused_calls(account.id, CODES), trails, filters, alarms, subscriptions)
