"""Controls over KMS."""
