"""Composition, tested: settings, discovery, the library's scan."""
