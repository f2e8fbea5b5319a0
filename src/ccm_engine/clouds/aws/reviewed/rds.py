"""RDS: responses read for secrets.

A parameter's value may hold anything its author put there. Parameters are asked for by name, and only switches.
"""

SERVICE = "rds"
OPERATIONS = (
    "describe_db_cluster_parameter_groups",
    "describe_db_cluster_parameters",
    "describe_db_cluster_snapshot_attributes",
    "describe_db_cluster_snapshots",
    "describe_db_clusters",
    "describe_db_instances",
    "describe_db_parameter_groups",
    "describe_db_parameters",
    "describe_db_snapshot_attributes",
    "describe_db_snapshots",
)
VOLATILE = {
    "describe_db_cluster_snapshots": ("PercentProgress",),
    "describe_db_clusters": (
        "BacktrackConsumedChangeRecords",
        "Capacity",
        "EarliestBacktrackTime",
        "EarliestRestorableTime",
        "LatestRestorableTime",
        "PercentProgress",
    ),
    "describe_db_instances": ("LatestRestorableTime", "PercentProgress"),
    "describe_db_snapshots": ("PercentProgress",),
}
