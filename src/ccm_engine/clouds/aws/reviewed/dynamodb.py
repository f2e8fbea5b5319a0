"""DynamoDB: responses read for secrets."""

SERVICE = "dynamodb"
OPERATIONS = (
    "describe_continuous_backups",
    "describe_table",
    "list_tables",
)
VOLATILE = {
    "describe_continuous_backups": (
        "ContinuousBackupsDescription.PointInTimeRecoveryDescription.EarliestRestorableDateTime",
        "ContinuousBackupsDescription.PointInTimeRecoveryDescription.LatestRestorableDateTime",
    ),
    # Sizes, and capacity that scales by itself.
    "describe_table": (
        "Table.GlobalSecondaryIndexes.IndexSizeBytes",
        "Table.GlobalSecondaryIndexes.ItemCount",
        "Table.GlobalSecondaryIndexes.ProvisionedThroughput",
        "Table.GlobalSecondaryIndexes.WarmThroughput",
        "Table.ItemCount",
        "Table.LocalSecondaryIndexes.IndexSizeBytes",
        "Table.LocalSecondaryIndexes.ItemCount",
        "Table.ProvisionedThroughput",
        "Table.TableSizeBytes",
        "Table.VectorIndexes.IndexSizeBytes",
        "Table.VectorIndexes.ItemCount",
        "Table.WarmThroughput",
    ),
}
