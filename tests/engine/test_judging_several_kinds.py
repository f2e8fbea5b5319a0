"""A control whose subject is one of several kinds that are judged alike."""

from little_world import ACCOUNT_ID, EU, REFUSED, START, US, Gate

from ccm_engine.core.control import DECLARED, Control, control
from ccm_engine.core.document import Document, Place, Source
from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource, named
from ccm_engine.core.verdict import Verdict, failed, passed
from ccm_engine.core.vocabulary import Severity, Status
from ccm_engine.engine.collection import AccountRef, Collection, Population
from ccm_engine.engine.diff import Reach
from ccm_engine.engine.judge import judge_all
from ccm_engine.engine.judged import ControlRun
from ccm_engine.engine.plan import plan


class Hatch(Resource):
    """A gate in the roof."""

    type = "Test::House::Hatch"
    listed_by = Call("house", "list_hatches", "Hatches")

    id: str = at("Name")
    arn: str = named("arn:{partition}:house:{region}:{account_id}:hatch/{id}")
    material: str = at("Material")


@control(title="Entrances are of iron", severity=Severity.LOW, remedy="Replace them.")
def entrances_iron(entrance: Gate | Hatch) -> Verdict:
    """Wood burns."""
    return passed(entrance.id) if entrance.material == "iron" else failed(f"{entrance.id} is of {entrance.material}")


ENTRANCES = vars(entrances_iron)[DECLARED]


def _population(kind: type[Resource], *items: tuple[str, str], minute: int = 0) -> Population:
    source = Source("house:List", US, "", "", START.replace(minute=minute))
    assert isinstance(kind.listed_by, Call)
    return Population(
        [Document(Place(ACCOUNT_ID, US), {"Name": name, "Material": made_of}, source) for name, made_of in items],
        source=source,
    )


def _collection(gates: Population, hatches: Population) -> Collection:
    collection = Collection(AccountRef(ACCOUNT_ID), START, (US,))
    collection.populations = {Gate: {US: gates}, Hatch: {US: hatches}}
    return collection


def _run(collection: Collection) -> ControlRun:
    (run,) = judge_all([ENTRANCES], collection, START)
    return run


def test_each_kind_is_listed_and_judged() -> None:
    assert isinstance(ENTRANCES, Control)
    assert set(plan([ENTRANCES]).reads) == {Gate, Hatch}
    run = _run(_collection(_population(Gate, ("a", "iron")), _population(Hatch, ("b", "wood"), ("a", "iron"))))
    told = [(one.finding.resource_type, one.finding.resource_id, one.finding.status) for one in run.findings]
    assert told == [
        ("Test::House::Gate", "a", Status.PASS),
        ("Test::House::Hatch", "b", Status.FAIL),
        ("Test::House::Hatch", "a", Status.PASS),
    ]
    assert len({one.finding.key for one in run.findings}) == 3, "the same name in two kinds is two resources"
    assert run.complete == {US}
    assert run.findings[1].testify()["facts"] == {"material": "wood", "id": "b"}
    assert [kind for one in run.findings for kind, _ in one.documents] == [Gate, Hatch, Hatch]


def test_a_listing_that_fails_leaves_the_whole_region_without_a_verdict() -> None:
    run = _run(_collection(_population(Gate, ("a", "iron")), Population(failure=REFUSED)))
    assert [(one.finding.status, one.finding.blind) for one in run.findings] == [(Status.ERROR, True)]
    assert run.complete == set()


def test_what_is_gone_counts_from_the_older_of_the_listings() -> None:
    collection = _collection(_population(Gate, ("a", "iron"), minute=7), _population(Hatch, minute=3))
    run = _run(collection)
    finding = run.findings[0].finding
    assert Reach(collection, whole=True).looked_at(run, finding) == START.replace(minute=3)
    collection.populations[Hatch][US].source = None
    assert Reach(collection, whole=True).looked_at(run, finding) == collection.started_at


def test_a_kind_that_was_not_asked_in_a_region_has_nothing_there() -> None:
    collection = _collection(_population(Gate, ("a", "iron")), _population(Hatch))
    collection.populations[Gate][EU] = Population()
    assert _run(collection).complete == {US, EU}
