"""Tables can be restored to any moment of the last weeks."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.dynamodb import Table


@control(
    title="DynamoDB tables have point-in-time recovery",
    severity=Severity.MEDIUM,
    category=Category.RESILIENCE,
    security_hub=("DynamoDB.2",),
    remedy="Turn on point-in-time recovery.",
)
def dynamodb_pitr(table: Table) -> Verdict:
    """A bad deployment overwrites a table in minutes; only recovery to the moment before helps."""
    if table.point_in_time_recovery == "ENABLED":
        return passed(f"{table.id} has point-in-time recovery")
    return failed(f"{table.id} cannot be restored to an earlier moment")
