"""One key is enough."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.iam import AccessKey, User, active


@control(
    title="No user has two active access keys",
    severity=Severity.MEDIUM,
    category=Category.IDENTITY,
    remedy="Deactivate the key that is not needed, then delete it.",
)
def iam_one_active_key(user: User, keys: Every[AccessKey]) -> Verdict:
    """A second key is for the days of a change; left over, it is a way in that nobody watches."""
    count = len(active(keys))
    if count > 1:
        return failed(f"{user.id} has {count} active keys")
    return passed(f"{user.id} has {count} active key(s)")
