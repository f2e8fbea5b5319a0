"""No key is made along with a user."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.iam import AccessKey, User


@control(
    title="No unused access key dates from a console user's first moment",
    severity=Severity.LOW,
    category=Category.IDENTITY,
    remedy="Delete the key, and make one when it is needed.",
)
def iam_no_initial_key(user: User, keys: Every[AccessKey], *, seconds: int = 60) -> Verdict:
    """A key made because a box was ticked lies around, and nobody misses it when it is taken."""
    if user.password_made_on is None:
        return not_applicable(f"{user.id} has no console password")
    if any(key.is_left_over(user.created_on, seconds) for key in keys):
        return failed(f"{user.id} has a key that was made along with the user and never used")
    return passed(f"{user.id} has no unused key that was made along with the user")
