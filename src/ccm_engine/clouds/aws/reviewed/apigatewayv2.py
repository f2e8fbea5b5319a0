"""API Gateway, HTTP and WebSocket: responses read for secrets."""

SERVICE = "apigatewayv2"
OPERATIONS = (
    "get_apis",
    "get_stages",
)
SECRET = {
    "get_stages": ("Items.StageVariables",),
}
