"""What is listed under a subject: each subject is judged beside its own, and only its own can blind it."""

from typing import Any

import pytest
from little_world import ACCOUNT_ID, US, Gate, Visit, declared

from ccm_engine.core.control import control
from ccm_engine.core.document import Answer, Document, Failure, Place, Sealed, Source
from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Every, Resource, above, ask, named
from ccm_engine.core.verdict import Verdict, failed, passed
from ccm_engine.core.vocabulary import Severity, Status
from ccm_engine.engine.collection import Population


class Lock(Resource):
    """A lock of a gate."""

    type = "Test::House::Lock"
    listed_by = Call("house", "list_locks", "Locks", under=Gate, given={"GateName": "Name"})

    id: str = at("Number")
    arn: str = named("arn:{partition}:house:{region}:{account_id}:lock/{id}")
    gate: str = above("Name")
    rusty: bool = ask("get_rust", "Rusty", Number="Number")


@control(title="Locks are good", severity=Severity.HIGH, remedy="Oil it.")
def locks_good(gate: Gate, locks: Every[Lock]) -> Verdict:
    """A rusty lock opens by itself."""
    rusty = [lock.id for lock in locks if lock.rusty]
    return failed(f"{gate.id}: {', '.join(rusty)}") if rusty else passed(f"{gate.id} has {len(locks)} good lock(s)")


GOOD = declared(locks_good)


def _visit(locks: dict[str, list[bool | Failure]]) -> Visit:
    visit = Visit(0)
    place = Place(ACCOUNT_ID, US)
    found = []
    for gate, rust in locks.items():
        visit.gate(gate)
        for i, rusty in enumerate(rust):
            source = Source("house:GetRust", US, f"request-{gate}-{i}", "", visit.at)
            answer = rusty if isinstance(rusty, Failure) else Answer({"Rusty": rusty}, source)
            # A snapshot that is read back holds equal items, not the same ones.
            found.append(Document(place, {"Number": f"{gate}{i}"}, None, {Lock.asks()[0].key: answer}, {"Name": gate}))
    visit.collection.populations[Lock] = {US: Population(found)}
    return visit


def test_a_subject_has_only_what_is_listed_under_it() -> None:
    told = _visit({"north": [False], "south": [False, True], "west": []}).findings(GOOD)
    assert [(one.status, one.reason) for one in told] == [
        (Status.PASS, "north has 1 good lock(s)"),
        (Status.FAIL, "south: south1"),
        (Status.PASS, "west has 0 good lock(s)"),
    ]
    assert told[1].evidence["facts"] == {
        "id": "south",
        "locks.count": 2,
        "locks[0].rusty": False,
        "locks[1].id": "south1",
        "locks[1].rusty": True,
    }


def test_what_cannot_be_read_under_one_subject_does_not_blind_another() -> None:
    refused = Failure("house:GetRust", "AccessDenied", region=US)
    told = _visit({"north": [False], "south": [False, refused]}).findings(GOOD)
    assert [one.status for one in told] == [Status.PASS, Status.ERROR]
    assert told[1].reason == str(refused)


def test_a_listing_below_that_failed_blinds_all() -> None:
    visit = _visit({"north": [False], "south": []})
    visit.collection.populations[Lock][US] = Population(failure=Failure("house:ListLocks", "AccessDenied", region=US))
    assert [one.status for one in visit.findings(GOOD)] == [Status.ERROR, Status.ERROR]


def test_what_is_listed_under_nobody_knows_what_blinds_all() -> None:
    visit = _visit({"north": [True], "south": [False]})
    visit.collection.populations[Lock][US].documents[0].above = {"Material": "iron"}
    told = visit.findings(GOOD)
    assert [(one.status, one.reason) for one in told] == [
        (Status.ERROR, "house:list_locks failed in us-east-1: NotCollected")
    ] * 2


@pytest.mark.parametrize("name", [["north"], {"is": "north"}, Sealed()], ids=["a list", "an object", "a secret"])
def test_what_is_listed_under_what_is_no_name_blinds_all_and_stops_nothing(name: Any) -> None:
    visit = _visit({"north": [False]})
    visit.collection.populations[Lock][US].documents[0].above = {"Name": name}
    (told,) = visit.findings(GOOD)
    assert (told.status, told.reason) == (Status.ERROR, "house:list_locks failed in us-east-1: NotCollected")


def test_a_subject_whose_name_is_none_stops_nothing() -> None:
    visit = _visit({"north": [False]})
    visit.collection.populations[Gate][US].documents[0].item["Name"] = ["north"]
    (told,) = visit.findings(GOOD)
    assert told.status is Status.ERROR
