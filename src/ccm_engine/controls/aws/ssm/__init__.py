"""Controls over Systems Manager."""
