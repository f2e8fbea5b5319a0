"""SNS: responses read for secrets."""

SERVICE = "sns"
OPERATIONS = (
    "get_topic_attributes",
    "list_topics",
)
VOLATILE = {
    "get_topic_attributes": (
        "Attributes.SubscriptionsConfirmed",
        "Attributes.SubscriptionsDeleted",
        "Attributes.SubscriptionsPending",
    ),
}
