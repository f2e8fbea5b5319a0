"""GuardDuty: responses read for secrets."""

SERVICE = "guardduty"
OPERATIONS = ("get_detector", "list_detectors")
