"""Controls over AWS Backup."""
