"""IAM: managed policies, the account's own and those of AWS that controls are about."""

from typing import Any

from ccm_engine.core.document import Failure, UnreadableError
from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import ACCOUNT, Call, Exactly, One, Resource, ask, named
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.policy_document import PolicyDocument

# Where IAM Identity Center keeps the roles that it makes; nobody else can make one there.
SSO_ROLES = "/aws-reserved/sso.amazonaws.com/"


class PolicyVersion(Part):
    """One of the up to five versions of a policy."""

    version: str = at("VersionId")
    document: PolicyDocument = at("Document")


class CustomerPolicy(Resource):
    """A managed policy that the account wrote itself."""

    type = "AWS::IAM::Policy"
    listed_by = Call(
        "iam",
        "get_account_authorization_details",
        "Policies",
        scope=ACCOUNT,
        arguments={"Filter": ["LocalManagedPolicy"]},
    )

    id: str = named("{policy_name}")
    arn: str = at("Arn")
    default_version: str = at("DefaultVersionId")
    versions: tuple[PolicyVersion, ...] = at("PolicyVersionList")
    # Its use as a permissions boundary is counted elsewhere: a boundary grants nothing.
    attachments: int = at("AttachmentCount")

    @property
    def policy_name(self) -> str:
        """Its name, with which its ARN ends; emulators leave the name out."""
        return self.arn.rpartition("/")[2]

    def in_force(self) -> PolicyDocument:
        """Return the version that counts. Raises UnreadableError when it is not among those told."""
        for one in self.versions:
            if one.version == self.default_version:
                return one.document
        told = f"no version {self.default_version} of {self.id}"
        raise UnreadableError(Failure("iam:GetAccountAuthorizationDetails", "MalformedResponse", told, self.region))


class PolicyUser(Part):
    """A user that a policy is attached to."""

    user_name: str = at("UserName")


class PolicyGroup(Part):
    """A group that a policy is attached to."""

    group_name: str = at("GroupName")


class PolicyRole(Part):
    """A role that a policy is attached to."""

    role_name: str = at("RoleName")


def _attached(policy: str, member: str, **narrowed: Any) -> Any:
    """Declare to whom one of AWS's policies is attached; None where a partition does not have that policy."""
    return ask(
        "list_entities_for_policy",
        member,
        absent=("NoSuchEntity",),
        PolicyArn=named(f"arn:{{partition}}:iam::aws:policy/{policy}"),
        PolicyUsageFilter=Exactly("PermissionsPolicy"),
        **narrowed,
    )


def _names(
    users: tuple[PolicyUser, ...] | None, groups: tuple[PolicyGroup, ...] | None, roles: tuple[PolicyRole, ...] | None
) -> list[str]:
    return [
        *(f"user {one.user_name}" for one in users or ()),
        *(f"group {one.group_name}" for one in groups or ()),
        *(f"role {one.role_name}" for one in roles or ()),
    ]


class AdministratorAccess(Resource):
    """AWS's policy that grants everything."""

    type = "AWS::IAM::Policy"
    listed_by = One("iam", scope=ACCOUNT)

    id: str = named("AdministratorAccess")
    arn: str = named("arn:{partition}:iam::aws:policy/AdministratorAccess")
    admin_users: tuple[PolicyUser, ...] | None = _attached("AdministratorAccess", "PolicyUsers")
    admin_groups: tuple[PolicyGroup, ...] | None = _attached("AdministratorAccess", "PolicyGroups")
    admin_roles: tuple[PolicyRole, ...] | None = _attached("AdministratorAccess", "PolicyRoles")
    sso_roles: tuple[PolicyRole, ...] | None = _attached(
        "AdministratorAccess", "PolicyRoles", PathPrefix=Exactly(SSO_ROLES), EntityFilter=Exactly("Role")
    )

    def holders(self, allowed: str) -> list[str]:
        """Return to whom it is attached (`role ops`), but for `allowed` names (with commas) and Identity Center."""
        known = {name.strip() for name in allowed.split(",")} | {one.role_name for one in self.sso_roles or ()}
        attached = _names(self.admin_users, self.admin_groups, self.admin_roles)
        return [one for one in attached if one.partition(" ")[2] not in known]


class CloudShellFullAccess(Resource):
    """AWS's policy that lets people move files in and out through CloudShell."""

    type = "AWS::IAM::Policy"
    listed_by = One("iam", scope=ACCOUNT)

    id: str = named("AWSCloudShellFullAccess")
    arn: str = named("arn:{partition}:iam::aws:policy/AWSCloudShellFullAccess")
    shell_users: tuple[PolicyUser, ...] | None = _attached("AWSCloudShellFullAccess", "PolicyUsers")
    shell_groups: tuple[PolicyGroup, ...] | None = _attached("AWSCloudShellFullAccess", "PolicyGroups")
    shell_roles: tuple[PolicyRole, ...] | None = _attached("AWSCloudShellFullAccess", "PolicyRoles")

    def shell_holders(self) -> list[str]:
        """Return to whom it is attached."""
        return _names(self.shell_users, self.shell_groups, self.shell_roles)


class SupportAccess(Account):
    """Who in the account may open cases with AWS Support."""

    listed_by = One("iam", scope=ACCOUNT)

    support_users: tuple[PolicyUser, ...] | None = _attached("AWSSupportAccess", "PolicyUsers")
    support_groups: tuple[PolicyGroup, ...] | None = _attached("AWSSupportAccess", "PolicyGroups")
    support_roles: tuple[PolicyRole, ...] | None = _attached("AWSSupportAccess", "PolicyRoles")

    def support_holders(self) -> list[str]:
        """Return to whom AWSSupportAccess is attached."""
        return _names(self.support_users, self.support_groups, self.support_roles)
