"""S3: responses read for secrets."""

SERVICE = "s3"
OPERATIONS = (
    "get_bucket_acl",
    "get_bucket_policy_status",
    "get_public_access_block",
    "list_buckets",
)
