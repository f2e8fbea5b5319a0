"""Controls over ECS."""
