"""Sign-ins without MFA raise an alarm."""

from ccm_engine.core import Category, Every, Severity, Verdict, control
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.cloudtrail import Trail
from ccm_engine.resources.aws.cloudwatch import Alarm
from ccm_engine.resources.aws.logs import MetricFilter
from ccm_engine.resources.aws.sns_subscriptions import Subscription
from ccm_engine.resources.aws.trail_events import sign_ins_without_mfa
from ccm_engine.resources.aws.watch import watched


@control(
    title="Sign-ins to the console without MFA raise an alarm",
    severity=Severity.LOW,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudWatch.3",),
    remedy="Count sign-ins to the console without MFA in a trail's log group; alarm someone.",
)
def alarm_console_no_mfa(
    account: Account,
    trails: Every[Trail],
    filters: Every[MetricFilter],
    alarms: Every[Alarm],
    subscriptions: Every[Subscription],
) -> Verdict:
    """A sign-in with a password alone may be anyone who has found that password."""
    return watched(sign_ins_without_mfa(account.id), trails, filters, alarms, subscriptions)
