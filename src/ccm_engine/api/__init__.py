"""The HTTP API: translate in, translate out."""
