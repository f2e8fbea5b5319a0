"""EFS: responses read for secrets."""

SERVICE = "efs"
OPERATIONS = (
    "describe_backup_policy",
    "describe_file_systems",
)
VOLATILE = {
    "describe_file_systems": (
        "NumberOfMountTargets",
        "SizeInBytes",
    ),
}
