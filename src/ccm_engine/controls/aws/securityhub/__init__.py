"""Controls over Security Hub."""
