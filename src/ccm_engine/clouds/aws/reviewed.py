"""Operations whose responses were read for secrets, and members that move by themselves.

An operation joins REVIEWED when somebody has gone through all members of its response in AWS's reference and
found none that can hold a secret beyond what botocore marks sensitive and tags whose key looks like one.
SEALED members are what people put secrets into and botocore does not mark: they are sealed whatever their names are.
Volatile members change without anyone's doing; they are not kept unless a field reads them.
"""

REVIEWED = frozenset(
    {
        "cloudtrail.describe_trails",
        "cloudtrail.get_event_selectors",
        "cloudtrail.get_trail_status",
        "ec2.describe_managed_prefix_lists",
        "ec2.describe_security_groups",
        "ec2.get_managed_prefix_list_entries",
        "iam.get_account_summary",
        "iam.list_mfa_devices",
        "iam.list_users",
        "rds.describe_db_instances",
        "s3.get_bucket_acl",
        "s3.get_bucket_policy_status",
        "s3.get_public_access_block",
        "s3.list_buckets",
        "s3control.get_public_access_block",
    }
)

SEALED = {
    "autoscaling.describe_launch_configurations": ("LaunchConfigurations.UserData",),
    "batch.describe_job_definitions": ("jobDefinitions.containerProperties.environment.value",),
    "cloudformation.describe_stacks": ("Stacks.Parameters.ParameterValue",),
    "codebuild.batch_get_builds": ("builds.environment.environmentVariables.value",),
    "codebuild.batch_get_projects": ("projects.environment.environmentVariables.value",),
    "ec2.describe_instance_attribute": ("UserData",),
    "elasticbeanstalk.describe_configuration_settings": ("ConfigurationSettings.OptionSettings.Value",),
}

VOLATILE = {
    "cloudtrail.get_trail_status": (
        "LatestCloudWatchLogsDeliveryTime",
        "LatestDeliveryAttemptSucceeded",
        "LatestDeliveryAttemptTime",
        "LatestDeliveryTime",
        "LatestDigestDeliveryTime",
        "LatestNotificationAttemptSucceeded",
        "LatestNotificationAttemptTime",
        "LatestNotificationTime",
    ),
    "iam.list_users": ("PasswordLastUsed",),
    "rds.describe_db_instances": ("LatestRestorableTime",),
}
