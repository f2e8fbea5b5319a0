"""The command line: translate in, translate out."""
