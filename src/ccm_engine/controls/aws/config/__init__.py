"""Controls over AWS Config."""
