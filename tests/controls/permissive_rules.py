"""Permissive rules, for every kind of rule list that resources have: what an account's owner may add by mistake.

A rule list is found by its declared type, so that a policy, an ACL or a list of ranges that a new resource declares is
opened too. What is opened is always a copy.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import Any

from raw_documents import source
from raw_iam_grants import by_issuer
from raw_network import EVERYTHING, rule
from raw_vpc import PEERING

from ccm_engine.core.document import Answer, Document, Failure, lookup
from ccm_engine.core.needs import parts_in
from ccm_engine.core.reading import Field, Part
from ccm_engine.core.resource import Ask, Resource
from ccm_engine.resources.aws.cloudfront import PathBehavior
from ccm_engine.resources.aws.ec2 import IpRange, Ipv6Range, PrefixListEntry, PrefixListReference, Rule
from ccm_engine.resources.aws.ec2_instances import Image
from ccm_engine.resources.aws.eks import Cluster
from ccm_engine.resources.aws.elb import ListenerRule, SslPolicy
from ccm_engine.resources.aws.iam_grants import AttachedPolicy, InlinePolicy, Role
from ccm_engine.resources.aws.iam_policies import (
    AdministratorAccess,
    PolicyGroup,
    PolicyRole,
    PolicyUser,
    PolicyVersion,
    SupportAccess,
)
from ccm_engine.resources.aws.lambda_ import FunctionUrl
from ccm_engine.resources.aws.opensearch import Domain
from ccm_engine.resources.aws.policy_document import PolicyDocument
from ccm_engine.resources.aws.rds import SnapshotAttribute
from ccm_engine.resources.aws.s3 import ANY_AWS_USER, EVERYONE, Bucket, Grant
from ccm_engine.resources.aws.ssm import SsmDocument
from ccm_engine.resources.aws.vpc_acl import AclRule
from ccm_engine.resources.aws.vpc_routes import Route

Raw = dict[str, Any]
LAST_RULE = 32767
ANYWHERE = ("0.0.0.0/0", "::/0")
ALLOW_ALL: Raw = {"Effect": "Allow", "Action": "*", "Resource": "*"}
ALL_BUT_ONE: Raw = {"Effect": "Allow", "NotAction": "iam:DeleteUser", "Resource": "*"}
IF_EXISTS = {"StringEqualsIfExists": {"aws:PrincipalAccount": "123456789012"}}

OF_IDENTITIES = [ALLOW_ALL, ALL_BUT_ONE, {**ALLOW_ALL, "Action": ["s3:*", "iam:*"], "Sid": "Added"}]
OF_RESOURCES = [
    {**ALLOW_ALL, "Principal": "*"},
    {**ALLOW_ALL, "Principal": {"AWS": ["*"]}, "Sid": "Added"},
    {**ALL_BUT_ONE, "Principal": "*"},
    {**ALLOW_ALL, "NotPrincipal": {"AWS": "arn:aws:iam::111122223333:root"}},
    {**ALLOW_ALL, "Principal": {"AWS": "111122223333"}},
    {**ALLOW_ALL, "Principal": "*", "Condition": IF_EXISTS},
]
ASSUME: Raw = {"Effect": "Allow", "Action": "sts:AssumeRole"}
OF_TRUST = [
    {**ASSUME, "Principal": "*"},
    {**ASSUME, "Principal": {"AWS": "*"}},
    {**ASSUME, "Principal": {"AWS": "111122223333"}},
    by_issuer("token.actions.githubusercontent.com"),
]
HALVES = rule("0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1", ports=(0, 65535))
OUT: Raw = {"GatewayId": "igw-0a1b2c3d", "State": "active"}
INTO_PEERING: Raw = {"VpcPeeringConnectionId": PEERING, "State": "active"}

ADDED: Mapping[type[Part], list[Any]] = {
    Grant: [
        {"Grantee": {"Type": "Group", "URI": group}, "Permission": permission}
        for group in (EVERYONE, ANY_AWS_USER)
        for permission in ("READ", "FULL_CONTROL")
    ],
    Rule: [EVERYTHING, rule("::/0", protocol="-1", ports=None), rule("0.0.0.0/0", ports=(0, 65535)), HALVES],
    IpRange: [{"CidrIp": "0.0.0.0/0"}, {"CidrIp": "0.0.0.0/1"}],
    Ipv6Range: [{"CidrIpv6": "::/0"}],
    PrefixListReference: [{"PrefixListId": "pl-added"}],
    PrefixListEntry: [{"Cidr": cidr} for cidr in ANYWHERE],
    AclRule: [
        {"Egress": outbound, "RuleAction": "allow", "Protocol": "-1", block: cidr}
        for outbound in (False, True)
        for block, cidr in zip(("CidrBlock", "Ipv6CidrBlock"), ANYWHERE, strict=True)
    ],
    Route: [
        {**way, block: cidr}
        for way in (OUT, INTO_PEERING)
        for block, cidr in zip(("DestinationCidrBlock", "DestinationIpv6CidrBlock"), ANYWHERE, strict=True)
    ],
    FunctionUrl: [{"FunctionUrl": "https://abc.lambda-url.us-east-1.on.aws/", "AuthType": "NONE"}],
    InlinePolicy: [{"PolicyName": "added", "PolicyDocument": {"Statement": [one]}} for one in OF_IDENTITIES],
    AttachedPolicy: [{"PolicyName": "PowerUserAccess", "PolicyArn": "arn:aws:iam::aws:policy/PowerUserAccess"}],
    PolicyUser: [{"UserName": "added"}],
    PolicyGroup: [{"GroupName": "added"}],
    PolicyRole: [{"RoleName": "added"}],
    PathBehavior: [{"PathPattern": "/added/*", "ViewerProtocolPolicy": "allow-all"}],
    ListenerRule: [{"Priority": "1", "Conditions": [], "Actions": [{"Type": "forward"}]}],
    SnapshotAttribute: [{"AttributeName": "restore", "AttributeValues": ["all"]}],
}
"""What is added to a list of parts of this type."""

STATEMENTS: Mapping[type[Part], list[Any]] = {
    InlinePolicy: OF_IDENTITIES,
    PolicyVersion: OF_IDENTITIES,
    Role: OF_TRUST,
}
"""What is added to the policies that these hold; to all other policies, those of resources, OF_RESOURCES."""

TEXTS: Mapping[Field, list[str]] = {
    Cluster.fields["public_ranges"]: list(ANYWHERE),
    SnapshotAttribute.fields["values"]: ["all"],
    SsmDocument.fields["shared_with"]: ["all"],
    SslPolicy.fields["protocols"]: ["TLSv1", "SSLv3"],
}
"""What is added to a list of texts."""

POLICY_TEXTS = (Domain.fields["access_policy"],)
"""Texts that are policies."""

TOLD_BY_AWS = (Bucket.fields["policy_is_public"], Image.fields["public"])
"""Switches that AWS itself sets where a rule opens something (a policy's status, an image's launch permissions)."""

ASKED_FOR = (
    *[SupportAccess.fields[f"support_{who}"] for who in ("users", "groups", "roles")],
    AdministratorAccess.fields["sso_roles"],
)
"""Grants that a control demands (to the staff that opens support cases), and a list of exemptions."""


Add = Callable[[Any, bool], None]


@dataclass(frozen=True)
class Opening:
    """A rule list of a document: `add` puts one of the `rules` first or last in it."""

    where: str
    rules: list[Any]
    add: Add

    def __str__(self) -> str:
        return self.where


def is_rule_list(field: Field) -> bool:
    """Whether permissive rules can be added to a field."""
    if field in ASKED_FOR:
        return False
    by_type = any(kind in ADDED or kind is PolicyDocument for kind in parts_in(field.annotation))
    return by_type or field in TEXTS or field in POLICY_TEXTS or field in TOLD_BY_AWS


def openings(kind: type[Resource], document: Document, read: frozenset[Field]) -> Iterator[Opening]:
    """Yield the rule lists of a document among the fields `read`; what is added to them is added to the document."""
    document.item = deepcopy(document.item)
    answers: dict[str, Answer | None] = {}
    for field in kind.fields.values():
        where = f"{kind.__name__}.{field.name}"
        if not isinstance(field, Ask):
            yield from _of_field(field, document.item, where, read)
        elif field.key in document.answers:
            if field.key not in answers:
                answers[field.key] = _copied(field, document.answers[field.key])
            if answer := answers[field.key]:
                put = partial(document.answers.__setitem__, field.key, answer)
                for one in _of_field(field, answer.body, where, read):
                    yield Opening(one.where, one.rules, partial(_then, one.add, put))


def _then(add: Add, put: Callable[[], None], rule: Any, first: bool) -> None:
    add(rule, first)
    put()


def _copied(field: Ask, answer: Answer | Failure) -> Answer | None:
    """Return a copy of an answer, an empty one where there was none of a thing, None where it was refused."""
    if isinstance(answer, Answer):
        return Answer(deepcopy(answer.body), answer.source)
    return Answer({}, answer.source or source(answer.call)) if field.means_absent(answer) else None


def _of_field(
    field: Field, body: Any, where: str, read: frozenset[Field], statements: list[Raw] | None = None
) -> Iterator[Opening]:
    """Yield the rule lists that a field of `body` is or holds. `statements` are those its holder's policies take."""
    if field not in read or field in ASKED_FOR or not field.path or not isinstance(body, dict):
        return
    statements = STATEMENTS.get(field.owner, statements or OF_RESOURCES)
    kinds = tuple(parts_in(field.annotation))
    if PolicyDocument in kinds or field in POLICY_TEXTS:
        yield Opening(where, statements, partial(_to_policy, body, field.path))
    elif field in TOLD_BY_AWS:
        yield Opening(where, [True], partial(_switch, body, field.path))
    elif field in TEXTS:
        yield Opening(where, TEXTS[field], partial(_to_list, body, field.path))
    for kind in kinds:
        if kind in ADDED:
            yield Opening(where, ADDED[kind], partial(_to_acl if kind is AclRule else _to_list, body, field.path))
        told = lookup(body, field.path)
        for number, held in enumerate(told if isinstance(told, list | tuple) else [told]):
            for inner in kind.fields.values():
                yield from _of_field(inner, held, f"{where}[{number}].{inner.name}", read, statements)


def _put(body: Raw, path: str, value: Any) -> None:
    *above, last = path.split(".")
    for step in above:
        body = body.setdefault(step, {})
    body[last] = value


def _switch(body: Raw, path: str, on: bool, _: bool) -> None:
    _put(body, path, on)


def _with(told: Any, rule: Any, first: bool) -> list[Any]:
    given = list(told) if isinstance(told, list | tuple) else [] if told is None else [told]
    return [deepcopy(rule), *given] if first else [*given, deepcopy(rule)]


def _to_list(body: Raw, path: str, rule: Any, first: bool) -> None:
    _put(body, path, _with(lookup(body, path), rule, first))


def _to_acl(body: Raw, path: str, rule: Raw, first: bool) -> None:
    """Add a rule under a number that no other has, before or behind all but the last, which denies the rest."""
    numbers = [told["RuleNumber"] for told in lookup(body, path) if told["RuleNumber"] < LAST_RULE]
    number = min(numbers, default=100) - 1 if first else max(numbers, default=100) + 1
    _to_list(body, path, {**rule, "RuleNumber": number}, first)


def _to_policy(body: Raw, path: str, rule: Any, first: bool) -> None:
    told = lookup(body, path) or {"Version": "2012-10-17"}
    policy = json.loads(told) if isinstance(told, str) else dict(told)
    policy["Statement"] = _with(policy.get("Statement"), rule, first)
    _put(body, path, json.dumps(policy) if isinstance(told, str) else policy)
