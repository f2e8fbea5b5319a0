"""Controls over SQS."""
