"""The record under kills, failing writes and two engines at once."""
