"""Controls over Elastic Load Balancing."""
