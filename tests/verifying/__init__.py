"""Verifying: the record holds, and every way to tamper with it shows."""
