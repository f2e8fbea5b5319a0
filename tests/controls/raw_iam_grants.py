"""Users, groups, roles and policies, as GetAccountAuthorizationDetails describes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from raw_documents import ACCOUNT_ID, NOW, Estate, document

from ccm_engine.core.document import Document
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.resources.aws.iam_grants import GroupGrants, Role, UserGrants
from ccm_engine.resources.aws.iam_policies import CustomerPolicy

Statement = Mapping[str, Any]
EVERYTHING: Statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}
READING: Statement = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:List*"], "Resource": "*"}
GITHUB = "token.actions.githubusercontent.com"


def policy(*statements: Statement) -> dict[str, Any]:
    """Return a policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def trusting(principal: Any, condition: Mapping[str, Any] | None = None, **changed: Any) -> Statement:
    """Return a statement of a trust policy."""
    return {
        "Effect": "Allow",
        "Principal": principal,
        "Action": "sts:AssumeRole",
        **({"Condition": condition} if condition else {}),
        **changed,
    }


def by_issuer(issuer: str, condition: Mapping[str, Any] | None = None) -> Statement:
    """Return a statement that trusts an identity provider of the account."""
    return trusting({"Federated": f"arn:aws:iam::{ACCOUNT_ID}:oidc-provider/{issuer}"}, condition)


def _inline(policies: Mapping[str, Statement]) -> list[dict[str, Any]]:
    return [{"PolicyName": name, "PolicyDocument": policy(told)} for name, told in policies.items()]


def granted_user(*, attached: Sequence[str] = (), **inline: Statement) -> Document:
    """Return a user with these policies of its own."""
    item = {
        "Path": "/",
        "UserName": "ann",
        "Arn": f"arn:aws:iam::{ACCOUNT_ID}:user/ann",
        "GroupList": ["developers"],
        "AttachedManagedPolicies": [
            {"PolicyName": name, "PolicyArn": f"arn:aws:iam::aws:policy/{name}"} for name in attached
        ],
        "PermissionsBoundary": {"PermissionsBoundaryArn": f"arn:aws:iam::{ACCOUNT_ID}:policy/limit"},
        **({"UserPolicyList": _inline(inline)} if inline else {}),
    }
    return document(UserGrants, item, {}, GLOBAL)


def granted_group(**inline: Statement) -> Document:
    """Return a group with these inline policies."""
    item = {"GroupName": "dev", "Arn": f"arn:aws:iam::{ACCOUNT_ID}:group/dev", "GroupPolicyList": _inline(inline)}
    return document(GroupGrants, item, {}, GLOBAL)


def role(*trust: Statement, name: str = "deploy", **inline: Statement) -> Document:
    """Return a role that these may assume (EC2, where none are given), with these inline policies."""
    item = {
        "Path": "/",
        "RoleName": name,
        "Arn": f"arn:aws:iam::{ACCOUNT_ID}:role/{name}",
        "AssumeRolePolicyDocument": policy(*(trust or (trusting({"Service": "ec2.amazonaws.com"}),))),
        "RolePolicyList": _inline(inline),
        "AttachedManagedPolicies": [],
        "RoleLastUsed": {"LastUsedDate": NOW, "Region": "us-east-1"},
    }
    return document(Role, item, {}, GLOBAL)


def granted(*documents: Document) -> Estate:
    """Return an account with these users, groups and roles."""
    estate = Estate().add(UserGrants).add(GroupGrants).add(Role)
    for one in documents:
        kind = UserGrants if "UserName" in one.item else GroupGrants if "GroupName" in one.item else Role
        estate.add(kind, one)
    return estate


def customer_policy(*statements: Statement, attachments: int = 1, boundaries: int = 0, versions: int = 2) -> Estate:
    """Return an account with one policy of its own; of its versions the last counts, the others grant everything."""
    told = [
        {
            "VersionId": f"v{number}",
            "IsDefaultVersion": number == versions,
            "Document": policy(*statements) if number == versions else policy(EVERYTHING),
            "CreateDate": NOW,
        }
        for number in range(1, versions + 1)
    ]
    item = {
        "PolicyName": "ops",
        "PolicyId": "ANPAX",
        "Arn": f"arn:aws:iam::{ACCOUNT_ID}:policy/ops",
        "Path": "/",
        "DefaultVersionId": f"v{versions}",
        "AttachmentCount": attachments,
        "PermissionsBoundaryUsageCount": boundaries,
        "IsAttachable": True,
        "PolicyVersionList": told,
    }
    return Estate().add(CustomerPolicy, document(CustomerPolicy, item, {}, GLOBAL))
