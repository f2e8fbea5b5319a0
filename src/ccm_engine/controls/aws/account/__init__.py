"""Controls over the account itself."""
