"""Controls over CloudWatch Logs."""
