"""Controls over DynamoDB."""
