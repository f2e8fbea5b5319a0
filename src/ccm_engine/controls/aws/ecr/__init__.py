"""Controls over ECR."""
