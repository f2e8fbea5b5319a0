"""Rights come from groups and roles."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.iam_grants import UserGrants


@control(
    title="Users have no policies of their own",
    severity=Severity.LOW,
    category=Category.IDENTITY,
    security_hub=("IAM.2",),
    remedy="Put the user into a group that has the policy, and remove it from the user.",
)
def iam_no_user_policies(user: UserGrants) -> Verdict:
    """Rights given to one person are forgotten when that person's work changes. A boundary grants nothing."""
    names = [policy.inline_name for policy in user.inline_policies]
    names += [policy.attached_name for policy in user.attached_policies]
    if names:
        return failed(f"{user.id} has policies of its own: {', '.join(names)}")
    return passed(f"{user.id} has no policy of its own")
