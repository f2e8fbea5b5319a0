"""CloudWatch Logs: responses read for secrets."""

SERVICE = "logs"
OPERATIONS = (
    "describe_deliveries",
    "describe_delivery_sources",
)
