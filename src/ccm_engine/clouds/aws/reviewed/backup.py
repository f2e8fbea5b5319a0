"""AWS Backup: responses read for secrets."""

SERVICE = "backup"
OPERATIONS = ("list_protected_resources",)
VOLATILE = {
    "list_protected_resources": (
        "LastBackupTime",
        "LastRecoveryPointArn",
    ),
}
