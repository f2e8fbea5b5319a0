"""Reaching Amazon Web Services, read-only."""
