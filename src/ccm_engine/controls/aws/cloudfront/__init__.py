"""Controls over CloudFront."""
