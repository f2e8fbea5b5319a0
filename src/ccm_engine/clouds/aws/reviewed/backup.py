"""AWS Backup: responses read for secrets."""

SERVICE = "backup"
OPERATIONS = (
    "list_backup_plans",
    "list_backup_selections",
    "list_backup_vaults",
    "list_protected_resources",
    "list_recovery_points_by_backup_vault",
)
VOLATILE = {
    "list_backup_plans": ("LastExecutionDate",),
    "list_backup_vaults": ("NumberOfRecoveryPoints",),
    "list_protected_resources": (
        "LastBackupTime",
        "LastRecoveryPointArn",
    ),
}
