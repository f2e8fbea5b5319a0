"""People are signed in from one place."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.iam_settings import Federation, IdentityCenter


@control(
    title="People sign in through an identity provider",
    severity=Severity.LOW,
    category=Category.IDENTITY,
    remedy="Turn on IAM Identity Center, or register your identity provider with IAM.",
)
def iam_federated_users(account: Federation, centers: Every[IdentityCenter]) -> Verdict:
    """Who leaves is then shut out everywhere at once, and there are no passwords and keys of IAM to forget."""
    working = [center for center in centers if center.instance_status == "ACTIVE"]
    providers = len(account.saml_providers) + len(account.oidc_providers)
    if working or providers:
        return passed(
            f"{len(working)} instance(s) of IAM Identity Center and {providers} identity provider(s) sign people in"
        )
    return failed("there is no identity provider and no instance of IAM Identity Center")
