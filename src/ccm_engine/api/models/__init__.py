"""What the API answers with: the shapes and the examples that OpenAPI shows."""
