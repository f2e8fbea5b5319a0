"""What is kept of a document: always the same bytes for the same content, never a secret."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.clouds.aws import kept_members
from ccm_engine.clouds.aws.keeping import LEFT_OUT, Keeper
from ccm_engine.clouds.aws.kept_members import sensitive_members
from ccm_engine.core.document import Answer, Document, Failure, Place, Sealed, Source
from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource, ask
from ccm_engine.resources.aws.cloudtrail import Trail
from ccm_engine.resources.aws.ec2 import SecurityGroup
from ccm_engine.resources.aws.iam import RootUser, User
from ccm_engine.resources.aws.iam_grants import Role
from ccm_engine.resources.aws.rds import DBInstance
from ccm_engine.resources.aws.s3 import Bucket

from .contents import HOME

KEEPER = Keeper(b"a key of the store's own")
OTHER_KEEPER = Keeper(b"a key of another store")
READ_AT = datetime(2026, 3, 6, 12, tzinfo=UTC)
SOURCE = Source("rds:DescribeDBInstances", "us-east-1", "request-id", "2026-03-06T12:00:00Z", READ_AT)


def document(item: Any, region: str = "us-east-1") -> Document:
    """A document of the example account."""
    return Document(Place(HOME, region), item, SOURCE)


def kept(kind: type[Resource], item: Any) -> Any:
    """What is kept of an item."""
    return KEEPER.body(kind, document(item))["item"]


def test_the_bytes_are_canonical_json() -> None:
    told = document({"UserName": "ana", "CreateDate": datetime(2026, 1, 1, 12, 30, tzinfo=UTC)}, "global")
    ask_key = next(one.key for one in User.asks())
    told.answers[ask_key] = Answer({"MFADevices": [{"SerialNumber": "s", "Enabled": True}]}, SOURCE)

    kept = KEEPER.keep(User, told)

    assert kept.data == (
        b'{"account":"123456789012",'
        b'"answers":{"iam.list_mfa_devices(UserName=UserName)":{"MFADevices":[{"Enabled":true,"SerialNumber":"s"}]}},'
        b'"item":{"CreateDate":"2026-01-01T12:30:00Z","UserName":"ana"},'
        b'"kind":"aws.iam.User","region":"global"}'
    )
    assert kept.name == f"sha256:{hashlib.sha256(kept.data).hexdigest()}"


def test_who_read_it_when_is_no_part_of_it() -> None:
    """Request ids and dates are the evidence's; the content is the same."""
    later = Source("rds:DescribeDBInstances", "us-east-1", "another", "", READ_AT + timedelta(hours=1))
    item = {"DBInstanceIdentifier": "db"}

    first = KEEPER.keep(DBInstance, Document(Place(HOME, "us-east-1"), item, SOURCE))
    second = KEEPER.keep(DBInstance, Document(Place(HOME, "us-east-1"), item, later))

    assert first == second


@pytest.mark.parametrize("place", [Place("111122223333", "us-east-1"), Place(HOME, "eu-west-1")])
def test_another_place_is_another_document(place: Place) -> None:
    item = {"DBInstanceIdentifier": "db"}

    assert KEEPER.keep(DBInstance, Document(place, item, SOURCE)) != KEEPER.keep(DBInstance, document(item))


@pytest.mark.parametrize(
    ("kind", "member", "one", "other"),
    [
        (Role, "RoleLastUsed", {"Region": "us-east-1"}, {"Region": "eu-west-1"}),
        (DBInstance, "LatestRestorableTime", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)),
    ],
)
def test_what_moves_by_itself_does_not_change_it(kind: type[Resource], member: str, one: Any, other: Any) -> None:
    without = KEEPER.keep(kind, document({"Name": "x"}))

    assert KEEPER.keep(kind, document({"Name": "x", member: one})) == without
    assert KEEPER.keep(kind, document({"Name": "x", member: other})) == without


def test_a_trails_deliveries_do_not_change_it() -> None:
    def with_status(status: dict[str, Any]) -> Document:
        told = document({"Name": "audit"})
        told.answers["cloudtrail.get_trail_status(Name=TrailARN)"] = Answer(status, SOURCE)
        return told

    quiet = KEEPER.keep(Trail, with_status({"IsLogging": True}))

    assert KEEPER.keep(Trail, with_status({"IsLogging": True, "LatestDeliveryTime": READ_AT})) == quiet
    assert KEEPER.keep(Trail, with_status({"IsLogging": False})) != quiet


class Restorable(DBInstance):
    """A reading of a database for which the latest time to restore matters."""

    listed_by = Call("rds", "describe_db_instances", "DBInstances")
    restorable_until: datetime | None = at("LatestRestorableTime")


def test_what_moves_by_itself_is_kept_where_it_is_read() -> None:
    item = {"DBInstanceIdentifier": "db", "LatestRestorableTime": READ_AT}

    assert kept(Restorable, item) == {"DBInstanceIdentifier": "db", "LatestRestorableTime": "2026-03-06T12:00:00Z"}
    assert kept(DBInstance, item) == {"DBInstanceIdentifier": "db"}


def test_a_failure_is_kept_as_its_code() -> None:
    told = document({"Name": "bucket"}, "global")
    told.answers["s3.get_bucket_acl(Bucket=Name)"] = Failure("s3:GetBucketAcl", "AccessDenied", "secret details")

    assert KEEPER.body(Bucket, told)["answers"] == {"s3.get_bucket_acl(Bucket=Name)": {"error": "AccessDenied"}}


def test_what_no_call_lists_has_an_empty_item() -> None:
    assert KEEPER.body(RootUser, Document(Place(HOME), {}, None))["item"] == {}


class Function(Resource):
    """A resource of an operation that nobody has reviewed."""

    type = "AWS::Lambda::Function"
    listed_by = Call("lambda", "list_functions", "Functions")
    id: str = at("FunctionName")
    arn: str = at("FunctionArn")
    variables: dict[str, str] | None = at("Environment.Variables")
    public_key: str | None = at("Deep.Inside.Name")
    code: str | None = ask("get_function", "Configuration.Handler", FunctionName="FunctionName")


FUNCTION = {
    "FunctionName": "mail",
    "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:mail",
    "Description": "sends with password hunter2",
    "Environment": {"Variables": {"DB": "postgres://hunter2@db"}, "Error": {"Message": "hunter2 is wrong"}},
}


def reviewed(monkeypatch: pytest.MonkeyPatch, *operations: str) -> None:
    """Let no operations but these be reviewed."""
    monkeypatch.setattr(kept_members, "REVIEWED", frozenset(operations))
    monkeypatch.setattr(kept_members, "_KEPT", {})


def test_of_an_operation_nobody_reviewed_only_the_declared_members_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    reviewed(monkeypatch)
    told = document(FUNCTION)
    answer = Answer({"Configuration": {"Handler": "main", "Note": "hunter2"}, "Code": {"Location": "hunter2"}}, SOURCE)
    told.answers["lambda.get_function(FunctionName=FunctionName)"] = answer

    body = KEEPER.body(Function, told)

    assert set(body["item"]) == {"FunctionName", "FunctionArn", "Environment"}
    assert set(body["item"]["Environment"]) == {"Variables"}
    # In the response's own shape, so that a control can be replayed over it.
    assert body["answers"] == {"lambda.get_function(FunctionName=FunctionName)": {"Configuration": {"Handler": "main"}}}
    assert b"hunter2" not in KEEPER.keep(Function, told).data
    assert FUNCTION["Environment"] == {
        "Variables": {"DB": "postgres://hunter2@db"},
        "Error": {"Message": "hunter2 is wrong"},
    }


def test_members_that_botocore_calls_sensitive_are_sealed_whole() -> None:
    assert ("Functions", "Environment", "Variables") in sensitive_members("lambda", "list_functions")

    sealed = kept(Function, FUNCTION)["Environment"]["Variables"]

    assert sealed.startswith("hmac-sha256:")
    other_order = {"Variables": {"B": "2", "A": {"y": 1, "x": READ_AT}}}
    one_order = {"Variables": {"A": {"x": READ_AT, "y": 1}, "B": "2"}}
    assert kept(Function, {"Environment": one_order}) == kept(Function, {"Environment": other_order})


def test_members_that_botocore_calls_sensitive_are_sealed_in_reviewed_responses_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reviewed(monkeypatch, "lambda.list_functions")

    told = kept(Function, FUNCTION)

    assert told["Description"] == FUNCTION["Description"]
    assert told["Environment"]["Variables"].startswith("hmac-sha256:")
    assert told["Environment"]["Error"]["Message"].startswith("hmac-sha256:")


@pytest.mark.parametrize("nothing", [{}, None, ""])
def test_what_is_empty_holds_no_secret_and_is_kept(nothing: Any) -> None:
    assert kept(Function, {"Environment": {"Variables": nothing}})["Environment"] == {"Variables": nothing}


def test_what_a_snapshot_left_out_is_told_as_such() -> None:
    item = {"Environment": {"Variables": Sealed()}, "MasterPassword": Sealed()}
    assert kept(Function, item) == {"Environment": {"Variables": LEFT_OUT}, "MasterPassword": LEFT_OUT}


def test_names_in_a_condition_are_keys_that_evidence_shows_and_no_names_of_secrets() -> None:
    condition = {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:octo-org/shop:*"}}
    statement = {"Condition": condition, "SessionToken": "hunter2"}

    told = kept(Role, {"AssumeRolePolicyDocument": {"Statement": [statement]}, "Note": {"ApiToken": "hunter2"}})

    assert told["AssumeRolePolicyDocument"]["Statement"][0]["Condition"] == condition
    assert "hunter2" not in json.dumps(told)


def test_equal_secrets_stay_equal_within_a_store_and_nowhere_else() -> None:
    item, same, other = {"MasterPassword": "a"}, {"MasterPassword": "a"}, {"MasterPassword": "b"}

    seal = kept(DBInstance, item)["MasterPassword"]

    assert seal == kept(DBInstance, same)["MasterPassword"]
    assert seal != kept(DBInstance, other)["MasterPassword"]
    assert seal != OTHER_KEEPER.body(DBInstance, document(item))["item"]["MasterPassword"]


def test_names_of_secrets_and_what_only_sounds_like_one_are_kept() -> None:
    item = {
        "MasterUserSecret": {"SecretArn": "arn:aws:secretsmanager:…", "SecretStatus": "active", "KmsKeyId": "key"},
        "PasswordResetRequired": False,
        "AccessKeyCount": 2,
        "TagList": [{"Key": "team", "Value": "payments"}],
    }

    assert kept(DBInstance, item) == item


SECRET = "hunter2-and-nothing-but-the-truth"
SECRET_NAMES = st.sampled_from(
    ["Password", "MasterUserPassword", "clientSecret", "AuthToken", "api_key", "API-KEY", "privateKey", "credentials"]
)
MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-5))]))
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(-1e6, 1e6)
    | st.text(max_size=8)
    | st.binary(max_size=8)
    | MOMENTS
)
HOLDERS = st.one_of(
    st.builds(lambda name: {name: SECRET}, SECRET_NAMES),
    st.builds(lambda name: {name: SECRET.encode()}, SECRET_NAMES),
    st.builds(lambda name, times: {name: [SECRET] * times}, SECRET_NAMES, st.integers(1, 3)),
    st.builds(lambda name: {"Key": f"prod/{name}", "Value": SECRET}, SECRET_NAMES),
    st.builds(lambda name: {"key": name, "value": SECRET}, SECRET_NAMES),
    st.builds(lambda name: {"name": name, "value": SECRET, "type": "PLAINTEXT"}, SECRET_NAMES),
)
NAMES = st.text("abcdefghijklmnop", min_size=1, max_size=6)


def nested(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Documents of any shape."""
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=20
    )


@given(st.dictionaries(NAMES, nested(PLAIN | HOLDERS), max_size=5), HOLDERS)
def test_planted_secrets_are_never_kept(item: dict[str, Any], holder: dict[str, Any]) -> None:
    data = KEEPER.keep(DBInstance, document({**item, "TagList": [holder], "Deep": {"er": [holder]}})).data

    assert SECRET.encode() not in data
    assert SECRET.encode().hex().encode() not in data
    assert b"hmac-sha256:" in data


@given(st.dictionaries(NAMES, nested(PLAIN | HOLDERS), max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(item: dict[str, Any], random: Any) -> None:
    def shuffled(value: Any) -> Any:
        if isinstance(value, dict):
            names = list(value)
            random.shuffle(names)
            return {name: shuffled(value[name]) for name in names}
        return [shuffled(member) for member in value] if isinstance(value, list) else value

    assert KEEPER.keep(SecurityGroup, document(item)) == KEEPER.keep(SecurityGroup, document(shuffled(item)))


@given(st.dictionaries(NAMES, nested(PLAIN), max_size=5))
def test_what_is_kept_is_json_and_can_be_kept_again(item: dict[str, Any]) -> None:
    kept = KEEPER.keep(SecurityGroup, document(item))

    again = KEEPER.keep(SecurityGroup, document(json.loads(kept.data)["item"]))
    assert (again.name, again.data) == (kept.name, kept.data)
