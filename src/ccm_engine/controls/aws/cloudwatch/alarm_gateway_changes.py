"""Changes to gateways raise an alarm."""

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
    "CreateCustomerGateway, DeleteCustomerGateway, AttachInternetGateway, CreateInternetGateway, "
    "DeleteInternetGateway, DetachInternetGateway"
)


@control(
    title="Changes to internet and customer gateways raise an alarm",
    severity=Severity.LOW,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudWatch.12",),
    remedy="Count changes to internet and customer gateways in a trail's log group; alarm someone.",
)
def alarm_gateway_changes(
    account: Account,
    trails: Every[Trail],
    filters: Every[MetricFilter],
    alarms: Every[Alarm],
    subscriptions: Every[Subscription],
) -> Verdict:
    """A new gateway is a new way in and out of the network."""
    return watched(calls(account.id, SOURCE, NAMES), trails, filters, alarms, subscriptions)
