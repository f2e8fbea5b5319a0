"""Changes to access to buckets raise an alarm."""

from ccm_engine.core import Category, Every, Severity, Verdict, control
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.cloudtrail import Trail
from ccm_engine.resources.aws.cloudwatch import Alarm
from ccm_engine.resources.aws.logs import MetricFilter
from ccm_engine.resources.aws.sns_subscriptions import Subscription
from ccm_engine.resources.aws.trail_events import calls
from ccm_engine.resources.aws.watch import watched

SOURCE = "s3.amazonaws.com"
NAMES = (
    "PutBucketAcl, PutBucketPolicy, PutBucketCors, PutBucketLifecycle, PutBucketReplication, DeleteBucketPolicy, "
    "DeleteBucketCors, DeleteBucketLifecycle, DeleteBucketReplication"
)


@control(
    title="Changes to policies and settings of S3 buckets raise an alarm",
    severity=Severity.LOW,
    category=Category.AUDIT_LOGGING,
    security_hub=("CloudWatch.8",),
    remedy="Count changes to ACLs, policies and other settings of buckets in a trail's log group; alarm someone.",
)
def alarm_s3_policy(
    account: Account,
    trails: Every[Trail],
    filters: Every[MetricFilter],
    alarms: Every[Alarm],
    subscriptions: Every[Subscription],
) -> Verdict:
    """A bucket is made public by one call, and read by strangers minutes later."""
    return watched(calls(account.id, SOURCE, NAMES), trails, filters, alarms, subscriptions)
