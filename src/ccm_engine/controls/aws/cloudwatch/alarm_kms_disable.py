"""Keys that are disabled or deleted raise an alarm."""

from ccm_engine.core import Category, Every, Severity, Verdict, control
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.cloudtrail import Trail
from ccm_engine.resources.aws.cloudwatch import Alarm
from ccm_engine.resources.aws.logs import MetricFilter
from ccm_engine.resources.aws.sns_subscriptions import Subscription
from ccm_engine.resources.aws.trail_events import calls
from ccm_engine.resources.aws.watch import watched

SOURCE = "kms.amazonaws.com"
NAMES = "DisableKey, ScheduleKeyDeletion"


@control(
    title="KMS keys that are disabled or scheduled for deletion raise an alarm",
    severity=Severity.LOW,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudWatch.7",),
    remedy="Count keys that are disabled or scheduled for deletion in a trail's log group; alarm someone.",
)
def alarm_kms_disable(
    account: Account,
    trails: Every[Trail],
    filters: Every[MetricFilter],
    alarms: Every[Alarm],
    subscriptions: Every[Subscription],
) -> Verdict:
    """Without its key, data is lost for good; a few days remain to call the deletion off."""
    return watched(calls(account.id, SOURCE, NAMES), trails, filters, alarms, subscriptions)
