"""Controls over S3."""
