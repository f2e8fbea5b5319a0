"""RDS: responses read for secrets."""

SERVICE = "rds"
OPERATIONS = ("describe_db_instances",)
VOLATILE = {
    "describe_db_instances": ("LatestRestorableTime",),
}
