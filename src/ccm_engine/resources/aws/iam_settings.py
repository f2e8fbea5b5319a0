"""IAM: what holds for the whole account (passwords, who signs people in) and the certificates it keeps."""

from datetime import datetime

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import ACCOUNT, Call, One, Resource, ask
from ccm_engine.resources.aws.account import Account


class PasswordPolicy(Part):
    """What the account demands of its users' passwords; a number that is missing is not demanded."""

    min_length: int = at("MinimumPasswordLength", default=0)
    needs_upper: bool = at("RequireUppercaseCharacters", default=False)
    needs_lower: bool = at("RequireLowercaseCharacters", default=False)
    needs_number: bool = at("RequireNumbers", default=False)
    needs_symbol: bool = at("RequireSymbols", default=False)
    expires: bool = at("ExpirePasswords", default=False)
    max_age_days: int | None = at("MaxPasswordAge")
    remembered: int = at("PasswordReusePrevention", default=0)

    def kinds_not_demanded(self) -> list[str]:
        """Return the kinds of characters that a password may lack (`symbols`)."""
        demands = {
            "upper case": self.needs_upper,
            "lower case": self.needs_lower,
            "numbers": self.needs_number,
            "symbols": self.needs_symbol,
        }
        return [kind for kind, demanded in demands.items() if not demanded]


class PasswordRules(Account):
    """The account's password policy; None: nobody set one, and AWS's weak default holds."""

    listed_by = One("iam", scope=ACCOUNT)

    password_policy: PasswordPolicy | None = ask(
        "get_account_password_policy", "PasswordPolicy", absent=("NoSuchEntity",)
    )


class IdentityProvider(Part):
    """Somebody outside whom IAM lets sign people or programs in."""

    provider_arn: str = at("Arn")


class Federation(Account):
    """The identity providers that the account trusts."""

    listed_by = One("iam", scope=ACCOUNT)

    saml_providers: tuple[IdentityProvider, ...] = ask("list_saml_providers", "SAMLProviderList")
    oidc_providers: tuple[IdentityProvider, ...] = ask("list_open_id_connect_providers", "OpenIDConnectProviderList")


class IdentityCenter(Resource):
    """An instance of IAM Identity Center that the account has or sees; it lives in one region."""

    type = "AWS::SSO::Instance"
    listed_by = Call("sso-admin", "list_instances", "Instances")

    id: str = at("InstanceArn")
    arn: str = at("InstanceArn")
    instance_status: str = at("Status", default="ACTIVE")


class ServerCertificate(Resource):
    """A TLS certificate uploaded to IAM."""

    type = "AWS::IAM::ServerCertificate"
    listed_by = Call("iam", "list_server_certificates", "ServerCertificateMetadataList", scope=ACCOUNT)

    id: str = at("ServerCertificateName")
    arn: str = at("Arn")
    expires_on: datetime = at("Expiration")
