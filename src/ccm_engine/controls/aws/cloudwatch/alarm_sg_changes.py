"""Changes to security groups raise an alarm."""

from ccm_engine.core import Category, Every, Severity, Verdict, control
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.cloudtrail import Trail
from ccm_engine.resources.aws.cloudwatch import Alarm
from ccm_engine.resources.aws.logs import MetricFilter
from ccm_engine.resources.aws.sns_subscriptions import Subscription
from ccm_engine.resources.aws.trail_events import calls
from ccm_engine.resources.aws.watch import watched

SOURCE = "ec2.amazonaws.com"
NAMES = (
    "AuthorizeSecurityGroupIngress, AuthorizeSecurityGroupEgress, RevokeSecurityGroupIngress, "
    "RevokeSecurityGroupEgress, CreateSecurityGroup, DeleteSecurityGroup"
)


@control(
    title="Changes to security groups raise an alarm",
    severity=Severity.LOW,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudWatch.10",),
    remedy="Count changes to security groups and their rules in a trail's log group; alarm someone.",
)
def alarm_sg_changes(
    account: Account,
    trails: Every[Trail],
    filters: Every[MetricFilter],
    alarms: Every[Alarm],
    subscriptions: Every[Subscription],
) -> Verdict:
    """A port that was opened for an hour is found by scanners within minutes."""
    return watched(calls(account.id, SOURCE, NAMES), trails, filters, alarms, subscriptions)
