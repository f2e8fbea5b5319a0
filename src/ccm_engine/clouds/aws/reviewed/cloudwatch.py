"""CloudWatch: responses read for secrets."""

SERVICE = "cloudwatch"
OPERATIONS = ("describe_alarms",)
VOLATILE = {
    "describe_alarms": (
        "EvaluationState",
        "StateReason",
        "StateReasonData",
        "StateTransitionedTimestamp",
        "StateUpdatedTimestamp",
        "StateValue",
    ),
}
