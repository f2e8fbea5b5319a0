"""API Gateway, REST: responses read for secrets."""

SERVICE = "apigateway"
OPERATIONS = (
    "get_rest_apis",
    "get_stages",
)
SECRET = {
    "get_stages": (
        "item.canarySettings.stageVariableOverrides",
        "item.variables",
    ),
}
