"""Faults that production meets, really injected: a serving engine says so, loses nothing, and goes on by itself."""
