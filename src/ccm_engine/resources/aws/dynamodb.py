"""DynamoDB: tables. The listing gives their names only."""

from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource, ask, named


class Table(Resource):
    """A table of items."""

    type = "AWS::DynamoDB::Table"
    listed_by = Call("dynamodb", "list_tables", "TableNames", page_size=100)

    id: str = at()
    arn: str = named("arn:{partition}:dynamodb:{region}:{account_id}:table/{id}")
    # A table under a key that AWS owns answers without a description of its encryption.
    encryption_status: str | None = ask("describe_table", "Table.SSEDescription.Status", TableName="")
    encryption_type: str | None = ask("describe_table", "Table.SSEDescription.SSEType", TableName="")
    deletion_protected: bool = ask("describe_table", "Table.DeletionProtectionEnabled", TableName="")
    point_in_time_recovery: str = ask(
        "describe_continuous_backups",
        "ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus",
        default="DISABLED",
        TableName="",
    )

    def is_under_kms_key(self) -> bool:
        """Whether a key of KMS, and not one that AWS owns, encrypts it."""
        return self.encryption_status == "ENABLED" and self.encryption_type == "KMS"
