"""The record: entries that chain, what they project to, and the store they rest in."""
