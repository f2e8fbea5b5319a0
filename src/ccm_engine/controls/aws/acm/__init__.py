"""Controls over ACM."""
