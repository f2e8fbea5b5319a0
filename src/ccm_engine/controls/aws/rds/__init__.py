"""Controls over RDS."""
