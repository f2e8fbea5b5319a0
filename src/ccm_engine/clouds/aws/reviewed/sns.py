"""SNS: responses read for secrets."""

SERVICE = "sns"
OPERATIONS = (
    "get_topic_attributes",
    "list_subscriptions",
    "list_topics",
)
SECRET = {
    # An endpoint of a chat or a pager is often a URL that lets whoever knows it write there.
    "list_subscriptions": ("Subscriptions.Endpoint",),
}
VOLATILE = {
    "get_topic_attributes": (
        "Attributes.SubscriptionsConfirmed",
        "Attributes.SubscriptionsDeleted",
        "Attributes.SubscriptionsPending",
    ),
}
