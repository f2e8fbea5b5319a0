"""Measurements. `make bench` runs them all and prints ratios; nothing here is a test of time."""
