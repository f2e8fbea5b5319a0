"""S3 Control: responses read for secrets."""

SERVICE = "s3control"
OPERATIONS = ("get_public_access_block",)
