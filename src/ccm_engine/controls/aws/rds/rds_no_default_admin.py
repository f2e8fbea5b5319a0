"""The name of the administrator is not the one everybody tries."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.rds import DBInstance


@control(
    title="RDS instances do not use a default administrator name",
    severity=Severity.MEDIUM,
    category=Category.IDENTITY,
    security_hub=("RDS.25", "RDS.24"),
    remedy="Restore or rebuild the database under an administrator name of your own.",
)
def rds_no_default_admin(
    database: DBInstance, *, default_names: str = "admin,administrator,postgres,rdsadmin,root,sa,sys,system"
) -> Verdict:
    """Who guesses passwords starts with the names that are always there."""
    if database.is_of_other_service():
        return not_applicable(f"{database.id} runs {database.engine}, which has controls of its own")
    if database.admin_name.lower() in [name.strip().lower() for name in default_names.split(",")]:
        return failed(f"the administrator of {database.id} is called {database.admin_name}")
    return passed(f"the administrator of {database.id} has a name of its own")
