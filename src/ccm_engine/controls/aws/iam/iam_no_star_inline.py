"""No inline policy grants everything."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.iam_grants import GroupGrants, Role, UserGrants, full_admin_among


@control(
    title="Inline policies do not grant everything",
    severity=Severity.HIGH,
    category=Category.IDENTITY,
    remedy="Replace it by a managed policy with the actions and resources that are needed.",
)
def iam_no_star_inline(holder: UserGrants | GroupGrants | Role) -> Verdict:
    """Inline policies are seen only by who looks at their holder, so what they grant is easily overlooked."""
    if policies := full_admin_among(holder.inline_policies):
        return failed(f"{holder.id} is granted everything, or all but some, by {', '.join(policies)}")
    return passed(f"no inline policy of {holder.id} grants everything")
