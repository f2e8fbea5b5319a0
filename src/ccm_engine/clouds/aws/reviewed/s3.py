"""S3: responses read for secrets."""

SERVICE = "s3"
OPERATIONS = (
    "get_bucket_acl",
    "get_bucket_encryption",
    "get_bucket_lifecycle_configuration",
    "get_bucket_logging",
    "get_bucket_ownership_controls",
    "get_bucket_policy",
    "get_bucket_policy_status",
    "get_bucket_versioning",
    "get_object_lock_configuration",
    "get_public_access_block",
    "list_buckets",
)
