"""SNS: responses read for secrets."""

SERVICE = "sns"
OPERATIONS = ("list_subscriptions",)
SECRET = {
    # An endpoint of a chat or a pager is often a URL that lets whoever knows it write there.
    "list_subscriptions": ("Subscriptions.Endpoint",),
}
