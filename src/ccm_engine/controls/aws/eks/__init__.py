"""Controls over EKS."""
