"""Databases stay off the internet."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.rds import DBInstance


@control(
    title="No RDS instances have a public address",
    severity=Severity.CRITICAL,
    category=Category.NETWORK,
    security_hub=("RDS.2",),
    remedy="Turn off public access and reach the database from inside its VPC.",
)
def rds_not_public(database: DBInstance) -> Verdict:
    """A database with a public address is one weak password away from a leak."""
    if database.public:
        return failed(f"{database.id} has a public address")
    return passed(f"{database.id} has no public address")
