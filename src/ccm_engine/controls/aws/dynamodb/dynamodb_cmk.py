"""Tables are encrypted with a key of KMS."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.dynamodb import Table


@control(
    title="DynamoDB tables are encrypted with a KMS key of the account",
    severity=Severity.LOW,
    category=Category.DATA_PROTECTION,
    remedy="Encrypt the table with a KMS key of the account.",
)
def dynamodb_cmk(table: Table) -> Verdict:
    """A key in the account can be audited, restricted and revoked; one that AWS owns cannot.

    The answer does not tell a key the customer manages from the one AWS manages in the account; both pass.
    """
    if table.is_under_kms_key():
        return passed(f"{table.id} is encrypted with a KMS key of the account")
    if table.encryption_status:
        return failed(
            f"encryption of {table.id} is {table.encryption_status.lower()}, by {table.encryption_type or 'no key'}"
        )
    return failed(f"{table.id} is encrypted with a key that AWS owns")
