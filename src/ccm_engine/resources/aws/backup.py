"""AWS Backup: plans, what they select, vaults and the recovery points in them."""

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call, Resource, ask


class BackupSelection(Part):
    """What a plan backs up."""

    selection_name: str = at("SelectionName")


class BackupPlan(Resource):
    """When backups are made and how long they are kept."""

    type = "AWS::Backup::BackupPlan"
    listed_by = Call("backup", "list_backup_plans", "BackupPlansList")

    id: str = at("BackupPlanId")
    arn: str = at("BackupPlanArn")
    plan_name: str = at("BackupPlanName")
    selected: tuple[BackupSelection, ...] = ask(
        "list_backup_selections", "BackupSelectionsList", BackupPlanId="BackupPlanId"
    )


class BackupVault(Resource):
    """Where recovery points are kept."""

    type = "AWS::Backup::BackupVault"
    listed_by = Call("backup", "list_backup_vaults", "BackupVaultList")

    id: str = at("BackupVaultName")
    arn: str = at("BackupVaultArn")


class RecoveryPoint(Resource):
    """One backup of one resource."""

    type = "AWS::Backup::RecoveryPoint"
    listed_by = Call(
        "backup",
        "list_recovery_points_by_backup_vault",
        "RecoveryPoints",
        under=BackupVault,
        given={"BackupVaultName": "BackupVaultName"},
        gone=("ResourceNotFoundException",),
    )

    id: str = at("RecoveryPointArn")
    arn: str = at("RecoveryPointArn")
    encrypted: bool = at("IsEncrypted")
