"""Changes to VPCs raise an alarm."""

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
    "CreateVpc, DeleteVpc, ModifyVpcAttribute, AcceptVpcPeeringConnection, CreateVpcPeeringConnection, "
    "DeleteVpcPeeringConnection, RejectVpcPeeringConnection, AttachClassicLinkVpc, DetachClassicLinkVpc, "
    "DisableVpcClassicLink, EnableVpcClassicLink"
)


@control(
    title="Changes to VPCs and their peerings raise an alarm",
    severity=Severity.LOW,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudWatch.14",),
    remedy="Count changes to VPCs, peerings and ClassicLink in a trail's log group; alarm someone.",
)
def alarm_vpc_changes(
    account: Account,
    trails: Every[Trail],
    filters: Every[MetricFilter],
    alarms: Every[Alarm],
    subscriptions: Every[Subscription],
) -> Verdict:
    """A peering joins two networks that were meant to be apart."""
    return watched(calls(account.id, SOURCE, NAMES), trails, filters, alarms, subscriptions)
