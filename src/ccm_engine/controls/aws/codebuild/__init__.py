"""Controls over CodeBuild."""
