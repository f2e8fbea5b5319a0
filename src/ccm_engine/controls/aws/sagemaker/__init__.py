"""Controls over SageMaker."""
