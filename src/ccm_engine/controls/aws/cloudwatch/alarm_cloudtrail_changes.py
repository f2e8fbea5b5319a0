"""Changes to trails raise an alarm."""

from ccm_engine.core import Category, Every, Severity, Verdict, control
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.cloudtrail import Trail
from ccm_engine.resources.aws.cloudwatch import Alarm
from ccm_engine.resources.aws.logs import MetricFilter
from ccm_engine.resources.aws.sns_subscriptions import Subscription
from ccm_engine.resources.aws.trail_events import calls
from ccm_engine.resources.aws.watch import watched

SOURCE = "cloudtrail.amazonaws.com"
NAMES = "CreateTrail, UpdateTrail, DeleteTrail, StartLogging, StopLogging"


@control(
    title="Changes to CloudTrail raise an alarm",
    severity=Severity.LOW,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudWatch.5",),
    remedy="Count changes to trails in the log group of a trail of all regions, with an alarm that tells someone.",
)
def alarm_cloudtrail_changes(
    account: Account,
    trails: Every[Trail],
    filters: Every[MetricFilter],
    alarms: Every[Alarm],
    subscriptions: Every[Subscription],
) -> Verdict:
    """Whoever wants to work unseen begins by stopping or bending the trail."""
    return watched(calls(account.id, SOURCE, NAMES), trails, filters, alarms, subscriptions)
