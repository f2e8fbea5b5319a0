"""Controls over EFS."""
