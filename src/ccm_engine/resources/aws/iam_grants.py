"""IAM: what is granted to users, groups and roles, and who may assume a role.

GetAccountAuthorizationDetails tells it in bulk and live.
"""

from collections.abc import Iterable

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import ACCOUNT, Call, Resource
from ccm_engine.resources.aws.policy_conditions import FOR_ALL, TEXT_OPERATORS, Comparison, comparisons
from ccm_engine.resources.aws.policy_document import PolicyDocument, Statement
from ccm_engine.resources.aws.policy_patterns import WILDCARDS, is_fixed

# Issuers that sign for everybody who has an account with them, and the claims of which one must say for whom.
SHARED_ISSUERS = {
    "token.actions.githubusercontent.com": ("sub",),
    "gitlab.com": ("sub",),
    "app.terraform.io": ("sub",),
    "agent.buildkite.com": ("sub",),
    "cognito-identity.amazonaws.com": ("aud",),
    "accounts.google.com": ("aud", "oaud", "sub"),
    "www.amazon.com": ("app_id",),
    "graph.facebook.com": ("app_id",),
}


class InlinePolicy(Part):
    """A policy that lives in one user, group or role."""

    inline_name: str = at("PolicyName")
    document: PolicyDocument = at("PolicyDocument")


class AttachedPolicy(Part):
    """A managed policy that is attached."""

    attached_name: str = at("PolicyName")


def full_admin_among(policies: Iterable[InlinePolicy]) -> list[str]:
    """Return the names of the policies that grant everything."""
    return [policy.inline_name for policy in policies if policy.document.is_full_admin()]


class UserGrants(Resource):
    """An IAM user and the policies on it."""

    type = "AWS::IAM::User"
    listed_by = Call(
        "iam",
        "get_account_authorization_details",
        "UserDetailList",
        scope=ACCOUNT,
        arguments={"Filter": ["User"]},
    )

    id: str = at("UserName")
    arn: str = at("Arn")
    inline_policies: tuple[InlinePolicy, ...] = at("UserPolicyList", default=())
    attached_policies: tuple[AttachedPolicy, ...] = at("AttachedManagedPolicies", default=())


class GroupGrants(Resource):
    """An IAM group and the policies on it."""

    type = "AWS::IAM::Group"
    listed_by = Call(
        "iam",
        "get_account_authorization_details",
        "GroupDetailList",
        scope=ACCOUNT,
        arguments={"Filter": ["Group"]},
    )

    id: str = at("GroupName")
    arn: str = at("Arn")
    inline_policies: tuple[InlinePolicy, ...] = at("GroupPolicyList", default=())


class Role(Resource):
    """An IAM role: whoever its trust policy names may act as it."""

    type = "AWS::IAM::Role"
    listed_by = Call(
        "iam",
        "get_account_authorization_details",
        "RoleDetailList",
        scope=ACCOUNT,
        arguments={"Filter": ["Role"]},
    )

    id: str = at("RoleName")
    arn: str = at("Arn")
    inline_policies: tuple[InlinePolicy, ...] = at("RolePolicyList", default=())
    trust: PolicyDocument = at("AssumeRolePolicyDocument")

    def assumable_by(self) -> str:
        """Return which strangers may assume it (`anyone`, `anyone with an account at gitlab.com`), "" for none."""
        if self.trust.grants_everyone():
            return "anyone"
        issuers = [issuer for statement in self.trust.statements if (issuer := shared_issuer(statement))]
        return f"anyone with an account at {issuers[0]}" if issuers else ""


def shared_issuer(statement: Statement) -> str:
    """Return the issuer that signs for everybody and that a statement trusts without saying for whom, or ""."""
    if not statement.is_allow():
        return ""
    told = list(comparisons(statement.condition))
    for kind, provider in statement.principals():
        issuer = provider.rpartition("oidc-provider/")[2].rstrip("/")
        if kind == "Federated" and issuer in SHARED_ISSUERS and not any(_says_for_whom(one, issuer) for one in told):
            return issuer
    return ""


def _says_for_whom(comparison: Comparison, issuer: str) -> bool:
    if comparison.operator not in TEXT_OPERATORS or comparison.if_exists or comparison.quantifier == FOR_ALL:
        return False
    claims = [claim for claim in SHARED_ISSUERS[issuer] if comparison.key == f"{issuer}:{claim}"]
    return bool(claims and comparison.values) and all(_names_somebody(value) for value in comparison.values)


def _names_somebody(value: str) -> bool:
    """Whether it is fixed, or at least names its owner to the end: `repo:octo-org/*`, not `repo:octo*`."""
    if is_fixed(value):
        return True
    kind, _, rest = value.partition(":")
    owner = rest[: min((place for mark in "/:" if (place := rest.find(mark)) >= 0), default=0)]
    return is_fixed(owner) and not WILDCARDS & set(kind)
