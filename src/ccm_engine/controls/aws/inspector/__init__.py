"""Controls over Inspector."""
