"""Controls over EC2."""
