"""Changes to IAM policies raise an alarm."""

from ccm_engine.core import Category, Every, Severity, Verdict, control
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.cloudtrail import Trail
from ccm_engine.resources.aws.cloudwatch import Alarm
from ccm_engine.resources.aws.logs import MetricFilter
from ccm_engine.resources.aws.sns_subscriptions import Subscription
from ccm_engine.resources.aws.trail_events import calls
from ccm_engine.resources.aws.watch import watched

SOURCE = "iam.amazonaws.com"
NAMES = (
    "DeleteGroupPolicy, DeleteRolePolicy, DeleteUserPolicy, PutGroupPolicy, PutRolePolicy, PutUserPolicy, "
    "CreatePolicy, DeletePolicy, CreatePolicyVersion, DeletePolicyVersion, AttachRolePolicy, DetachRolePolicy, "
    "AttachUserPolicy, DetachUserPolicy, AttachGroupPolicy, DetachGroupPolicy"
)


@control(
    title="Changes to IAM policies raise an alarm",
    severity=Severity.LOW,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudWatch.4",),
    remedy="Count changes to policies and to whom they are attached in a trail's log group; alarm someone.",
)
def alarm_iam_changes(
    account: Account,
    trails: Every[Trail],
    filters: Every[MetricFilter],
    alarms: Every[Alarm],
    subscriptions: Every[Subscription],
) -> Verdict:
    """An intruder who wants to stay gives himself more rights."""
    return watched(calls(account.id, SOURCE, NAMES), trails, filters, alarms, subscriptions)
