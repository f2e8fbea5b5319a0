"""Something is backed up by plan."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.backup import BackupPlan


@control(
    title="A backup plan selects resources",
    severity=Severity.LOW,
    category=Category.RESILIENCE,
    remedy="Make a backup plan and assign resources to it, best by tag.",
)
def backup_plan_exists(account: Account, plans: Every[BackupPlan]) -> Verdict:
    """Backups that somebody has to think of are missing on the day they are needed."""
    good = [plan.plan_name for plan in plans if plan.selected]
    if good:
        return passed(f"resources are assigned to {', '.join(sorted(good))}")
    if plans:
        return failed(f"no resources are assigned to any backup plan of {account.id}")
    return failed(f"{account.id} has no backup plan")
