"""Controls over AWS Organizations."""
