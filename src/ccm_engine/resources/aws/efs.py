"""EFS: file systems, and what AWS Backup protects."""

from collections.abc import Iterable
from datetime import datetime

from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource, ask, named


class ProtectedResource(Resource):
    """Something of which AWS Backup once began a recovery point: it stays listed when no plan covers it any more."""

    type = "AWS::Backup::ProtectedResource"
    listed_by = Call("backup", "list_protected_resources", "Results")

    id: str = at("ResourceArn")
    arn: str = at("ResourceArn")
    backed_up_on: datetime = at("LastBackupTime")


class FileSystem(Resource):
    """A network file system."""

    type = "AWS::EFS::FileSystem"
    listed_by = Call("efs", "describe_file_systems", "FileSystems", granted_as="elasticfilesystem:DescribeFileSystems")

    id: str = at("FileSystemId")
    arn: str = named("arn:{partition}:elasticfilesystem:{region}:{account_id}:file-system/{id}")
    encrypted: bool = at("Encrypted", default=False)
    backup_policy: str | None = ask(
        "describe_backup_policy",
        "BackupPolicy.Status",
        absent=("PolicyNotFound",),
        granted_as="elasticfilesystem:DescribeBackupPolicy",
        FileSystemId="FileSystemId",
    )

    def has_backup_policy(self) -> bool:
        """Whether its own policy backs it up."""
        return self.backup_policy in ("ENABLED", "ENABLING")

    def last_backup(self, protected: Iterable[ProtectedResource]) -> datetime | None:
        """Return when AWS Backup last backed it up, None for never."""
        return next((one.backed_up_on for one in protected if one.arn == self.arn), None)
