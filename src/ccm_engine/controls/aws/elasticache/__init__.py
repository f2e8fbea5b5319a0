"""Controls over ElastiCache."""
