"""Controls over CloudTrail."""
