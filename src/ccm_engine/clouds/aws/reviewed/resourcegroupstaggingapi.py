"""Resource Groups Tagging API: responses read for secrets."""

SERVICE = "resourcegroupstaggingapi"
OPERATIONS = ("get_resources",)
