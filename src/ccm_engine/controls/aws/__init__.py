"""Controls over Amazon Web Services."""
