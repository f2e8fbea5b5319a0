"""Controls over OpenSearch Service."""
