"""IAM Identity Center: responses read for secrets."""

SERVICE = "sso-admin"
OPERATIONS = ("list_instances",)
