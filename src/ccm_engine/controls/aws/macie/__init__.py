"""Controls over Macie."""
