"""Controls over VPC networking."""
