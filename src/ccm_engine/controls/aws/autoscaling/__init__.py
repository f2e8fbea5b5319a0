"""Controls over Auto Scaling."""
