"""Policies: whom they let in, what they grant, in every form they may be written."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.core.document import UnreadableError
from ccm_engine.core.reading import Part, at
from ccm_engine.resources.aws.policy_document import PolicyDocument

ACCOUNT, OTHER = "123456789012", "111122223333"
ORG = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
NOT_ORG = {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
BUCKET = "arn:aws:s3:::logs"
BOTH = [BUCKET, f"{BUCKET}/*"]
NO_TLS = {"Bool": {"aws:SecureTransport": "false"}}


class Holder(Part):
    """What holds a policy as text."""

    policy: PolicyDocument = at("Policy")


def policy(*statements: Any) -> PolicyDocument:
    return PolicyDocument({"Version": "2012-10-17", "Statement": list(statements)})


def allow(principal: Any = "*", action: Any = "s3:GetObject", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource, **more}


def deny(**more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*", **more}


@pytest.mark.parametrize(
    "principal",
    [
        *["*", {"AWS": "*"}, {"AWS": ["*"]}, {"AWS": [f"arn:aws:iam::{OTHER}:root", "*"]}, {"Federated": "*"}],
        *[{"CanonicalUser": "*"}, {"Service": ["sns.amazonaws.com"], "AWS": "*"}, {"AWS": "arn:aws:iam::*:root"}],
    ],
)
def test_everyone_in_all_forms(principal: Any) -> None:
    assert policy(allow(principal)).grants_everyone() == "statement 1"


@pytest.mark.parametrize(
    "principal",
    [
        *[ACCOUNT, {"AWS": ACCOUNT}, {"AWS": [f"arn:aws:iam::{OTHER}:root"]}, {"Service": "sns.amazonaws.com"}],
        *[{"Federated": "accounts.google.com"}, {"CanonicalUser": "79a59df900b949e55d96a1"}, {"AWS": []}, {}],
    ],
)
def test_somebody_is_not_everyone(principal: Any) -> None:
    assert policy(allow(principal)).grants_everyone() == ""


def test_all_but_some_is_everyone() -> None:
    statement = {"Effect": "Allow", "NotPrincipal": {"AWS": ACCOUNT}, "Action": "*", "Resource": "*"}
    assert policy(statement).grants_everyone() == "statement 1"
    assert policy({**statement, "Condition": ORG}).grants_everyone() == ""


def test_it_says_which_statement() -> None:
    told = policy(allow(ACCOUNT), allow(Sid="Open"), allow())
    assert told.grants_everyone() == "Open"
    assert policy(allow(ACCOUNT), allow()).grants_everyone() == "statement 2"


def test_a_policy_of_an_identity_names_nobody() -> None:
    assert policy({"Effect": "Allow", "Action": "*", "Resource": "*"}).grants_everyone() == ""


def test_one_narrowing_comparison_is_enough_for_all_must_hold() -> None:
    both = {**ORG, "Bool": {"aws:SecureTransport": "true"}}
    assert policy(allow(Condition=both)).grants_everyone() == ""
    assert policy(allow(Condition={"Bool": {"aws:SecureTransport": "true"}})).grants_everyone()


@pytest.mark.parametrize(
    ("denial", "public"),
    [
        (deny(Condition=NOT_ORG), False),
        (deny(Action="*", Condition={**NOT_ORG, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}), False),
        (deny(Principal={"AWS": "*"}, Action="s3:Get*", Resource=BOTH, Condition=NOT_ORG), False),
        (deny(Condition={**NOT_ORG, "Bool": {"aws:PrincipalIsAWSService": "false"}}), True),
        (deny(Condition={**NOT_ORG, "Bool": {"aws:SecureTransport": "false"}}), True),
        (deny(Action="s3:PutObject", Condition=NOT_ORG), True),
        (deny(Action="s3:Get?bject", Condition=NOT_ORG), False),
        (deny(Resource=f"{BUCKET}/private/*", Condition=NOT_ORG), True),
        (deny(Principal={"AWS": OTHER}, Condition=NOT_ORG), True),
        (deny(Condition=ORG), True),
        (deny(Condition=NO_TLS), True),
        (deny(), True),  # nobody gets in; a strange policy that grants and takes is worth a look
        ({"Effect": "Deny", "NotPrincipal": "*", "Action": "*", "Resource": "*", "Condition": NOT_ORG}, True),
        ({"Effect": "Deny", "Principal": "*", "NotAction": "s3:*", "Resource": "*", "Condition": NOT_ORG}, True),
    ],
)
def test_a_denial_for_all_but_chosen_callers_takes_back_what_it_covers(denial: Any, public: bool) -> None:
    statement = allow(resource=f"{BUCKET}/*")
    assert bool(policy(statement, denial).grants_everyone()) is public
    assert bool(policy(denial, statement).grants_everyone()) is public


def test_a_policy_without_resources_can_be_taken_back_too() -> None:
    grants = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
    takes = {"Effect": "Deny", "Principal": "*", "Action": "sts:*", "Condition": NOT_ORG}
    assert policy(grants, takes).grants_everyone() == ""


@pytest.mark.parametrize(
    ("actions", "action", "told"),
    [
        ("s3:GetObject", "s3:getobject", True),
        (["iam:*", "s3:Get*"], "s3:GetObject", True),
        ("s3:Get?bject", "s3:GetObject", True),
        ("*", "s3:GetObject", True),
        ("s3:Put*", "s3:GetObject", False),
        ([], "s3:GetObject", False),
    ],
)
def test_what_it_allows(actions: Any, action: str, told: bool) -> None:
    assert policy(allow(action=actions)).allows(action) is told
    left_out = {"Effect": "Allow", "NotAction": actions, "Resource": "*"}
    assert policy(left_out).allows(action) is (bool(actions) and not told)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ({"Action": "*", "Resource": "*"}, True),
        ({"Action": ["s3:Get*", "*:*"], "Resource": [BUCKET, "*"]}, True),
        ({"Action": "*", "Resource": "arn:aws:*"}, True),
        ({"NotAction": "iam:*", "Resource": "*"}, True),
        ({"Action": "*", "NotResource": BUCKET}, True),
        ({"Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}, True),
        ({"NotAction": "*", "Resource": "*"}, False),
        ({"Action": "*", "NotResource": "*"}, False),
        ({"Action": "*", "Resource": BUCKET}, False),
        ({"Action": "iam:*", "Resource": "*"}, False),
        ({"NotAction": "iam:*", "Resource": BUCKET}, False),
        ({"Effect": "Deny", "Action": "*", "Resource": "*"}, False),
    ],
)
def test_full_admin(statement: dict[str, Any], told: bool) -> None:
    assert policy({"Effect": "Allow", **statement}).is_full_admin() is told


def test_whole_services() -> None:
    granted = allow(action=["s3:*", "EC2:*", "iam:Get*", "sqs:**"], resource="*")
    assert policy(granted).service_wildcards() == ("ec2", "s3", "sqs")
    assert policy(allow(action="s3:*", resource=BUCKET)).service_wildcards() == ()
    assert policy(allow(action="*")).service_wildcards() == ("*",)
    assert policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}).service_wildcards() == ("*",)


def test_who_of_other_accounts_is_named() -> None:
    named = {"AWS": [OTHER, f"arn:aws:iam::{ACCOUNT}:root", "arn:aws:iam::444455556666:role/x"]}
    told = policy(allow(named), allow(), allow({"CanonicalUser": "79a59d"}), deny(Principal={"AWS": ACCOUNT}))
    assert told.foreign_principals(ACCOUNT) == (OTHER, "444455556666", "79a59d")
    assert policy(allow({"Service": "sns.amazonaws.com"})).foreign_principals(ACCOUNT) == ()


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        ([deny(Resource=BOTH, Condition=NO_TLS)], True),
        ([deny(Resource=BOTH, Condition={"Bool": {"AWS:SecureTransport": False}})], True),
        ([deny(Resource=BOTH, Principal={"AWS": "*"}, Condition=NO_TLS)], True),
        ([deny(Resource="*", Action="*", Condition=NO_TLS)], True),
        ([deny(Resource=f"{BUCKET}*", Action=["s3:Get*", "s3:Put*"], Condition=NO_TLS)], True),
        ([deny(Resource=BUCKET, Condition=NO_TLS), deny(Resource=f"{BUCKET}/*", Condition=NO_TLS)], True),
        ([deny(Resource=BOTH, Condition={"NumericLessThan": {"s3:TlsVersion": 1.2}})], True),
        ([deny(Resource=BOTH, Condition={"NumericLessThan": {"s3:TlsVersion": "1.0"}})], False),
        ([deny(Resource=BOTH, Condition={"NumericLessThan": {"s3:TlsVersion": "new"}})], False),
        ([deny(Resource=BOTH, Condition={**NO_TLS, **NOT_ORG})], False),
        ([deny(Resource=BOTH, Condition={"Bool": {"aws:SecureTransport": "true"}})], False),
        ([deny(Resource=BOTH, Condition={"Bool": {"aws:SecureTransport": ["true", "false"]}})], False),
        ([deny(Resource=BUCKET, Condition=NO_TLS)], False),
        ([deny(Resource=f"{BUCKET}/*", Condition=NO_TLS)], False),
        ([deny(Resource=BOTH, Action="s3:PutObject", Condition=NO_TLS)], False),
        ([deny(Resource=BOTH, Principal={"AWS": OTHER}, Condition=NO_TLS)], False),
        ([deny(Resource=BOTH)], False),
        ([allow(resource=BOTH, action="s3:*", Condition=NO_TLS)], False),
        ([], False),
    ],
)
def test_only_tls(statements: list[Any], told: bool) -> None:
    assert policy(*statements).demands_tls(BUCKET) is told


def test_a_policy_may_be_text_and_its_statement_bare() -> None:
    body = {"Policy": json.dumps({"Statement": allow()})}
    assert Holder(body).policy.grants_everyone() == "statement 1"


@pytest.mark.parametrize("text", ["{}", "[]", "no json", '"*"', '{"Statement": ["x"]}', '{"Statement": {}}'])
def test_what_is_no_policy_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError):
        Holder({"Policy": text}).policy.grants_everyone()


@pytest.mark.parametrize("principal", [5, ["*"], {"AWS": [5]}, {"AWS": {"a": "b"}}])
def test_a_principal_of_another_type_is_unreadable(principal: Any) -> None:
    with pytest.raises(UnreadableError, match="MalformedResponse"):
        policy(allow(principal)).grants_everyone()


CONDITIONS = [{}, ORG, NOT_ORG, NO_TLS, {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}]
PATTERNS = ["*", "s3:*", "s3:GetObject", "s3:Get*", "sns:Publish"]
RESOURCES = ["*", BUCKET, f"{BUCKET}/*", f"{BUCKET}*"]
lists = st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2)
statements = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Principal": st.sampled_from(["*", {"AWS": "*"}, {"AWS": ACCOUNT}, {"Service": "sns.amazonaws.com"}]),
        "Action": lists,
        "Resource": st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=2),
        "Condition": st.sampled_from(CONDITIONS),
    }
)
grants = statements.map(lambda one: {**one, "Effect": "Allow"})


def _told(*members: Any) -> tuple[Any, ...]:
    one = policy(*members)
    return (bool(one.grants_everyone()), one.is_full_admin(), one.service_wildcards(), one.demands_tls(BUCKET))


@given(st.lists(statements, max_size=4), grants)
def test_one_more_grant_never_makes_a_policy_tighter(members: list[Any], more: Any) -> None:
    before, after = policy(*members), policy(*members, more)
    assert bool(before.grants_everyone()) <= bool(after.grants_everyone())
    assert before.is_full_admin() <= after.is_full_admin()
    assert set(before.service_wildcards()) <= set(after.service_wildcards())
    assert set(before.foreign_principals(OTHER)) <= set(after.foreign_principals(OTHER))
    assert all(before.allows(action) <= after.allows(action) for action in ("s3:GetObject", "iam:PassRole"))


@given(st.lists(statements, max_size=4))
def test_a_grant_to_all_of_everything_is_public_whatever_else_stands(members: list[Any]) -> None:
    no_denials = [one for one in members if one["Effect"] == "Allow"]
    assert policy(*no_denials, allow(action="*")).grants_everyone()


@given(st.lists(statements, max_size=4), st.randoms())
def test_order_does_not_matter(members: list[Any], random: Any) -> None:
    shuffled = random.sample(members, len(members))
    assert _told(*members) == _told(*shuffled)


@given(st.lists(statements, max_size=3))
def test_scalars_are_lists_of_one(members: list[Any]) -> None:
    def bare(one: Any) -> Any:
        return {k: v[0] if isinstance(v, list) and len(v) == 1 else v for k, v in one.items()}

    assert _told(*members) == _told(*map(bare, members))


@given(st.lists(statements, max_size=4), statements)
def test_a_denial_that_is_not_certain_never_hides_a_public_grant(members: list[Any], more: Any) -> None:
    uncertain = {**more, "Effect": "Deny", "Condition": {**more["Condition"], "Bool": {"aws:ViaAWSService": "false"}}}
    assert bool(policy(*members).grants_everyone()) == bool(policy(*members, uncertain).grants_everyone())
