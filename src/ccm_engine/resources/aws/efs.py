"""EFS: file systems, and what AWS Backup protects."""

from collections.abc import Iterable

from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource, ask, named


class ProtectedResource(Resource):
    """Something of which AWS Backup has made a recovery point, and that a plan covers."""

    type = "AWS::Backup::ProtectedResource"
    listed_by = Call("backup", "list_protected_resources", "Results")

    id: str = at("ResourceArn")
    arn: str = at("ResourceArn")


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

    def is_backed_up(self, protected: Iterable[ProtectedResource]) -> bool:
        """Whether its own policy backs it up, or AWS Backup protects it."""
        by_policy = self.backup_policy in ("ENABLED", "ENABLING")
        return by_policy or any(one.arn == self.arn for one in protected)
