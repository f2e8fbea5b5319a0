"""Settings and composition: the one room that knows every implementation."""
