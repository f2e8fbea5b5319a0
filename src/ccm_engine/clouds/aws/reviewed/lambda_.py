"""Lambda: responses read for secrets."""

SERVICE = "lambda"
OPERATIONS = (
    "get_policy",
    "list_aliases",
    "list_function_url_configs",
    "list_functions",
)
