"""Backup plans, recovery points and log groups, as AWS describes them."""

from typing import Any

from raw_documents import ACCOUNT_ID, US, Estate, document

from ccm_engine.core.document import Document
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.backup import BackupPlan, RecoveryPoint
from ccm_engine.resources.aws.logs import LogGroup


def backup_plan(*selections: str, name: str = "daily", region: str = US) -> Document:
    """Return a plan that has these selections."""
    id_ = f"{name}-0000-4000-8000-000000000000"
    item = {
        "BackupPlanArn": f"arn:aws:backup:{region}:{ACCOUNT_ID}:backup-plan:{id_}",
        "BackupPlanId": id_,
        "BackupPlanName": name,
        "VersionId": "v1",
    }
    selected = [{"SelectionId": one, "SelectionName": one, "BackupPlanId": id_} for one in selections]
    return document(BackupPlan, item, {"selected": {"BackupSelectionsList": selected}}, region)


def planned(*plans: Document, regions: tuple[str, ...] = (US,)) -> Estate:
    """Return an account with these plans."""
    return Estate(*regions).add(Account, document(Account, {}, {}, GLOBAL)).add(BackupPlan, *plans)


def recovery_point(**members: Any) -> Estate:
    """Return an account with one recovery point."""
    vault = {"BackupVaultName": "Default"}
    item = {
        "RecoveryPointArn": f"arn:aws:ec2:{US}::snapshot/snap-0a1b2c3d4e5f60718",
        "BackupVaultName": "Default",
        "ResourceType": "EBS",
        "Status": "COMPLETED",
        "BackupSizeInBytes": 8589934592,
        **members,
    }
    return Estate().add(RecoveryPoint, document(RecoveryPoint, item, {}, US, above=vault))


def log_group(**members: Any) -> Estate:
    """Return an account with one log group."""
    arn = f"arn:aws:logs:{US}:{ACCOUNT_ID}:log-group:/app/orders"
    item = {
        "logGroupName": "/app/orders",
        "creationTime": 1767225600000,
        "metricFilterCount": 0,
        "arn": f"{arn}:*",
        "storedBytes": 4096,
        "logGroupClass": "STANDARD",
        "logGroupArn": arn,
        **members,
    }
    return Estate().add(LogGroup, document(LogGroup, item, {}, US))
