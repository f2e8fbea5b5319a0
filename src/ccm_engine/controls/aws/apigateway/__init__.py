"""Controls over API Gateway."""
