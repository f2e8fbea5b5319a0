"""CloudWatch Logs: responses read for secrets."""

SERVICE = "logs"
OPERATIONS = (
    "describe_deliveries",
    "describe_delivery_sources",
    "describe_log_groups",
    "describe_metric_filters",
)
VOLATILE = {
    "describe_log_groups": ("storedBytes",),
}
