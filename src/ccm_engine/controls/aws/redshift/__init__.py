"""Controls over Redshift."""
