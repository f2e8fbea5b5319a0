"""Redshift: responses read for secrets. None of its parameters holds one."""

SERVICE = "redshift"
OPERATIONS = (
    "describe_cluster_parameter_groups",
    "describe_cluster_parameters",
    "describe_clusters",
    "describe_logging_status",
)
VOLATILE = {
    "describe_clusters": (
        "DataTransferProgress",
        "ExpectedNextSnapshotScheduleTime",
        "LoggingPublishStatus.S3Tables.LastIngestionTimes",
        "NextMaintenanceWindowStartTime",
        "RestoreStatus",
        "TotalStorageCapacityInMegaBytes",
    ),
    "describe_logging_status": (
        "LastFailureMessage",
        "LastFailureTime",
        "LastSuccessfulDeliveryTime",
        "S3Tables.LastIngestionTimes",
    ),
}
