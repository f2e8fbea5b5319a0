"""Organizations: responses read for secrets. The management account's address is marked by botocore's model."""

SERVICE = "organizations"
OPERATIONS = ("describe_organization",)
