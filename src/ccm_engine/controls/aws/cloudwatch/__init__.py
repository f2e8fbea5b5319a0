"""Controls over CloudWatch."""
