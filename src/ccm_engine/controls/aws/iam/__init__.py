"""Controls over IAM."""
