"""Documents: what a run found, in the forms that people and other tools read."""
