"""Controls over Secrets Manager."""
