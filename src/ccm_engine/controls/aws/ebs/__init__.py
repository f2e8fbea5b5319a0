"""Controls over EBS."""
