"""AWS Config: responses read for secrets."""

SERVICE = "config"
OPERATIONS = ("describe_configuration_recorder_status", "describe_configuration_recorders")
VOLATILE = {
    "describe_configuration_recorder_status": ("ConfigurationRecordersStatus.lastStatusChangeTime",),
}
