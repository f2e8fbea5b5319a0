"""Controls over Lambda."""
