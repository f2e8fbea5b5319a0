"""Changes to network ACLs raise an alarm."""

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
    "CreateNetworkAcl, CreateNetworkAclEntry, DeleteNetworkAcl, DeleteNetworkAclEntry, ReplaceNetworkAclEntry, "
    "ReplaceNetworkAclAssociation"
)


@control(
    title="Changes to network ACLs raise an alarm",
    severity=Severity.LOW,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudWatch.11",),
    remedy="Count changes to network ACLs in a trail's log group; alarm someone.",
)
def alarm_nacl_changes(
    account: Account,
    trails: Every[Trail],
    filters: Every[MetricFilter],
    alarms: Every[Alarm],
    subscriptions: Every[Subscription],
) -> Verdict:
    """An opened network ACL exposes all subnets behind it at once."""
    return watched(calls(account.id, SOURCE, NAMES), trails, filters, alarms, subscriptions)
