"""Members that stand without their list, JSON inside texts, and values that are judged and never shown."""

from typing import Any

import pytest

from ccm_engine.core.document import Document, Place, UnreadableError
from ccm_engine.core.reading import Part, at, several
from ccm_engine.core.resource import Call, Resource, named
from ccm_engine.core.witness import Testimony, witness


class Statement(Part):
    """A statement of a made-up policy."""

    actions: tuple[str, ...] = several("Action")


class Policy(Part):
    """A made-up policy."""

    written_as_text = True
    statements: tuple[Statement, ...] = several("Statement", default=())


class Guarded(Resource):
    """A thing with a policy and secrets."""

    type = "Test::House::Guarded"
    listed_by = Call("house", "list_guarded", "Guarded")

    id: str = at("Name")
    arn: str = named("arn:test:{id}")
    policy: Policy | None = at("Policy")
    variables: dict[str, str] = at("Variables", default={}, secret=True)
    code: str | None = at("Code", secret=True)


def guarded(**members: Any) -> Guarded:
    """Return one that reads these members."""
    return Guarded(Document(Place("123456789012"), {"Name": "it", **members}, None))


@pytest.mark.parametrize(
    ("written", "read"),
    [({"Action": "a"}, ("a",)), ({"Action": ["a", "b"]}, ("a", "b")), ({"Action": []}, ())],
)
def test_a_bare_member_is_a_list_of_one(written: dict[str, Any], read: tuple[str, ...]) -> None:
    assert Statement(written).actions == read


def test_a_bare_member_of_another_type_is_unreadable() -> None:
    with pytest.raises(UnreadableError):
        _ = Statement({"Action": 5}).actions
    with pytest.raises(UnreadableError):
        _ = Statement({}).actions


@pytest.mark.parametrize("policy", ['{"Statement": {"Action": "a"}}', {"Statement": [{"Action": "a"}]}])
def test_a_text_that_holds_json_is_read_as_such(policy: Any) -> None:
    read = guarded(Policy=policy).policy
    assert read is not None
    assert [one.actions for one in read.statements] == [("a",)]


@pytest.mark.parametrize("policy", ["{", "[]", "", "null", "[" * 100_000])
def test_a_text_that_holds_none_is_unreadable(policy: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        _ = guarded(Policy=policy).policy
    assert caught.value.failure.code == "MalformedResponse"


def test_a_secret_is_judged_and_never_shown() -> None:
    told = Testimony()
    seen = witness(guarded(Variables={"PASSWORD": "hunter2"}, Code="1234"), told)
    assert (seen.variables["PASSWORD"], seen.code) == ("hunter2", "1234")
    assert told.facts == {"variables": {"PASSWORD": "(secret)"}, "code": "(secret)"}


def test_a_secret_that_is_not_there_is_said() -> None:
    told = Testimony()
    assert witness(guarded(), told).code is None
    assert told.facts == {"code": None}
