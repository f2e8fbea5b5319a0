"""Kinds that are judged alike: each is listed on its own, and a listing that fails hides only its own kind."""

from little_world import ACCOUNT_ID, REFUSED, US, Gate, Memory, Visit, declared, news

from ccm_engine.core.control import control
from ccm_engine.core.document import Document, Place
from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource, ask, named
from ccm_engine.core.verdict import Verdict, failed, passed
from ccm_engine.core.vocabulary import Severity, Status
from ccm_engine.engine.collection import Population
from ccm_engine.engine.plan import plan


class Window(Resource):
    """A window: it opens as a gate does, and another call lists it."""

    type = "Test::House::Window"
    listed_by = Call("house", "list_windows", "Windows")

    id: str = at("Number")
    arn: str = named("arn:{partition}:house:{region}:{account_id}:window/{id}")
    state: str = at("State")
    blind: bool = ask("get_blind", "Down", Number="Number")


@control(title="All is shut", severity=Severity.HIGH, remedy="Shut it.")
def all_shut(opening: Gate | Window) -> Verdict:
    """Rain comes in by any of them."""
    return passed(f"{opening.id} is shut") if opening.state == "shut" else failed(f"{opening.id} is {opening.state}")


SHUT = declared(all_shut)


def _visit(minute: int, *windows: str) -> Visit:
    visit = Visit(minute)
    place = Place(ACCOUNT_ID, US)
    found = [Document(place, {"Number": str(i), "State": state}, None) for i, state in enumerate(windows)]
    visit.collection.populations[Window] = {US: Population(found)}
    return visit


def test_each_kind_is_judged_and_named_as_what_it_is() -> None:
    told = _visit(0, "open").gate("north").findings(SHUT)
    assert [(one.resource_type, one.resource_id, one.status) for one in told] == [
        ("Test::House::Gate", "north", Status.PASS),
        ("Test::House::Window", "0", Status.FAIL),
    ]
    assert told[1].evidence["facts"] == {"state": "open", "id": "0"}


def test_each_kind_is_asked_only_what_is_read_of_it() -> None:
    assert {kind.__name__: [one.name for one in asks] for kind, asks in plan([SHUT]).reads.items()} == {
        "Gate": ["state"],
        "Window": [],
    }


def test_a_listing_that_fails_leaves_the_other_kind_judged_and_the_region_incomplete() -> None:
    (run,) = _visit(0, "open").gate("north").refuse(Gate, US).judge(SHUT)
    told = [(one.finding.status, one.finding.blind) for one in run.findings]
    assert told == [(Status.ERROR, True), (Status.FAIL, False)]
    assert run.complete == set()


def test_two_listings_that_fail_are_one_error() -> None:
    visit = _visit(0, "open").refuse(Gate, US)
    visit.collection.populations[Window][US] = Population(failure=REFUSED)
    (finding,) = visit.findings(SHUT)
    assert (finding.status, finding.blind) == (Status.ERROR, True)


def test_nothing_is_gone_while_one_of_the_listings_fails() -> None:
    memory = Memory()
    memory.run(_visit(0, "open").gate("north", "open"), SHUT)
    memory.run(_visit(5, "open").refuse(Gate, US), SHUT)
    assert (memory.status("north"), memory.status("0")) == (Status.FAIL, Status.FAIL)
    told = memory.run(_visit(10, "open"), SHUT)
    assert memory.status("north") is None
    assert [one[1] for one in news(told) if one[1] == "0"] == []
