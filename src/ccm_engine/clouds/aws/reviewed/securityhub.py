"""Security Hub: responses read for secrets."""

SERVICE = "securityhub"
OPERATIONS = ("describe_hub", "get_enabled_standards", "list_enabled_products_for_import")
