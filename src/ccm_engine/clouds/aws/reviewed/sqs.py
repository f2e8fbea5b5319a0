"""SQS: responses read for secrets."""

SERVICE = "sqs"
OPERATIONS = (
    "get_queue_attributes",
    "list_queues",
)
VOLATILE = {
    "get_queue_attributes": (
        "Attributes.ApproximateNumberOfMessages",
        "Attributes.ApproximateNumberOfMessagesDelayed",
        "Attributes.ApproximateNumberOfMessagesNotVisible",
    ),
}
