"""Controls over SNS."""
