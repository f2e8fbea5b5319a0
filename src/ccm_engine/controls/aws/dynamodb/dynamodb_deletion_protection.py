"""Tables cannot be deleted by one call."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.dynamodb import Table


@control(
    title="DynamoDB tables have deletion protection",
    severity=Severity.MEDIUM,
    category=Category.RESILIENCE,
    security_hub=("DynamoDB.6",),
    remedy="Turn on deletion protection.",
)
def dynamodb_deletion_protection(table: Table) -> Verdict:
    """A slip, or an intruder, must not be able to delete a table with a single call."""
    if table.deletion_protected:
        return passed(f"{table.id} has deletion protection")
    return failed(f"{table.id} can be deleted by a single call")
