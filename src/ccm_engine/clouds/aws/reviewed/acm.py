"""ACM: responses read for secrets."""

SERVICE = "acm"
OPERATIONS = ("list_certificates",)
