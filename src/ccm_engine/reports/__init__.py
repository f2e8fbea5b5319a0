"""Documents: what a run found, as JSON, CSV and JUnit."""
