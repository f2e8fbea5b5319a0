"""Changes to AWS Config raise an alarm."""

from ccm_engine.core import Category, Every, Severity, Verdict, control
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.cloudtrail import Trail
from ccm_engine.resources.aws.cloudwatch import Alarm
from ccm_engine.resources.aws.logs import MetricFilter
from ccm_engine.resources.aws.sns_subscriptions import Subscription
from ccm_engine.resources.aws.trail_events import calls
from ccm_engine.resources.aws.watch import watched

SOURCE = "config.amazonaws.com"
NAMES = "StopConfigurationRecorder, DeleteDeliveryChannel, PutDeliveryChannel, PutConfigurationRecorder"


@control(
    title="Changes to AWS Config raise an alarm",
    severity=Severity.LOW,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudWatch.9",),
    remedy="Count changes to recorders and delivery channels of AWS Config in a trail's log group; alarm someone.",
)
def alarm_config_changes(
    account: Account,
    trails: Every[Trail],
    filters: Every[MetricFilter],
    alarms: Every[Alarm],
    subscriptions: Every[Subscription],
) -> Verdict:
    """A recorder that was stopped leaves a gap in which any change goes unnoticed."""
    return watched(calls(account.id, SOURCE, NAMES), trails, filters, alarms, subscriptions)
