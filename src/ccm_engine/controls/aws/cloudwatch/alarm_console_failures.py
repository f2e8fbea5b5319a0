"""Failed sign-ins raise an alarm."""

from ccm_engine.core import Category, Every, Severity, Verdict, control
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.cloudtrail import Trail
from ccm_engine.resources.aws.cloudwatch import Alarm
from ccm_engine.resources.aws.logs import MetricFilter
from ccm_engine.resources.aws.sns_subscriptions import Subscription
from ccm_engine.resources.aws.trail_events import failed_sign_ins
from ccm_engine.resources.aws.watch import watched


@control(
    title="Failed sign-ins to the console raise an alarm",
    severity=Severity.LOW,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudWatch.6",),
    remedy="Count failed sign-ins to the console in a trail's log group; alarm someone.",
)
def alarm_console_failures(
    account: Account,
    trails: Every[Trail],
    filters: Every[MetricFilter],
    alarms: Every[Alarm],
    subscriptions: Every[Subscription],
) -> Verdict:
    """A row of wrong passwords is somebody who guesses."""
    return watched(failed_sign_ins(account.id), trails, filters, alarms, subscriptions)
