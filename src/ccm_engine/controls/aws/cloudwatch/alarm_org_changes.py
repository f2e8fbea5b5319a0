"""Changes to the organization raise an alarm."""

from ccm_engine.core import Category, Every, Severity, Verdict, control
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.cloudtrail import Trail
from ccm_engine.resources.aws.cloudwatch import Alarm
from ccm_engine.resources.aws.logs import MetricFilter
from ccm_engine.resources.aws.sns_subscriptions import Subscription
from ccm_engine.resources.aws.trail_events import calls
from ccm_engine.resources.aws.watch import watched

SOURCE = "organizations.amazonaws.com"
NAMES = (
    "AcceptHandshake, AttachPolicy, CreateAccount, CreateOrganizationalUnit, CreatePolicy, DeclineHandshake, "
    "DeleteOrganization, DeleteOrganizationalUnit, DeletePolicy, DetachPolicy, DisablePolicyType, EnablePolicyType, "
    "InviteAccountToOrganization, LeaveOrganization, MoveAccount, RemoveAccountFromOrganization, "
    "UpdateOrganizationalUnit, UpdatePolicy"
)


@control(
    title="Changes to the organization raise an alarm",
    severity=Severity.LOW,
    category=Category.AUDIT_LOGGING,
    remedy="Count changes to the organization, its accounts and its policies in a trail's log group; alarm someone.",
)
def alarm_org_changes(
    account: Account,
    trails: Every[Trail],
    filters: Every[MetricFilter],
    alarms: Every[Alarm],
    subscriptions: Every[Subscription],
) -> Verdict:
    """Who can change the organization can lift its limits from every account."""
    return watched(calls(account.id, SOURCE, NAMES), trails, filters, alarms, subscriptions)
