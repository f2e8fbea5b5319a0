"""CloudTrail: responses read for secrets."""

SERVICE = "cloudtrail"
OPERATIONS = (
    "describe_trails",
    "get_event_selectors",
    "get_trail_status",
)
VOLATILE = {
    "get_trail_status": (
        "LatestCloudWatchLogsDeliveryTime",
        "LatestDeliveryAttemptSucceeded",
        "LatestDeliveryAttemptTime",
        "LatestDeliveryTime",
        "LatestDigestDeliveryTime",
        "LatestNotificationAttemptSucceeded",
        "LatestNotificationAttemptTime",
        "LatestNotificationTime",
    ),
}
