"""A made-up cloud of gates and guests, runs over it, and what is remembered between them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ccm_engine.core.canonical import canonical, digest
from ccm_engine.core.control import DECLARED, Control, control
from ccm_engine.core.document import Answer, Document, Failure, Place, Source
from ccm_engine.core.finding import Finding
from ccm_engine.core.known import Known
from ccm_engine.core.reading import at
from ccm_engine.core.resource import ACCOUNT, Ask, Call, Every, One, Resource, ask, named
from ccm_engine.core.verdict import Verdict, failed, not_applicable, passed
from ccm_engine.core.vocabulary import GLOBAL, Category, Maturity, Severity, Status
from ccm_engine.engine.catalogue import AnyControl
from ccm_engine.engine.collection import AccountRef, Collection, Population
from ccm_engine.engine.diff import Basis, Before, Difference, News, Reach, Rests, difference
from ccm_engine.engine.judge import judge_all
from ccm_engine.engine.judged import ControlRun, Judged
from ccm_engine.engine.overtaken import NOT_OVERTAKEN, Overtaken

ACCOUNT_ID = "123456789012"
US, EU = "us-east-1", "eu-west-1"
START = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
REFUSED = Failure("house:ListGates", "AccessDenied", "no", US)


class Gate(Resource):
    """A gate: there are some in each region."""

    type = "Test::House::Gate"
    listed_by = Call("house", "list_gates", "Gates")

    id: str = at("Name")
    arn: str = named("arn:{partition}:house:{region}:{account_id}:gate/{id}")
    material: str = at("Material", default="iron")
    state: str = ask("get_gate", "State", GateName="Name")


class Guest(Resource):
    """A guest: one listing tells those of all regions."""

    type = "Test::House::Guest"
    listed_by = Call("house", "list_guests", "Guests", scope=ACCOUNT, region_by="Region")

    id: str = at("Name")
    arn: str = named("arn:{partition}:house::{account_id}:guest/{id}")
    invited: bool = at("Invited")


class House(Resource):
    """The house itself."""

    type = "AWS::::Account"
    listed_by = One("house")

    id: str = named("{account_id}")
    arn: str = named("arn:{partition}:iam::{account_id}:root")
    guarded: bool = ask("get_guard", "Guarded")


@control(title="Gates are shut", severity=Severity.CRITICAL, category=Category.NETWORK, remedy="Shut the gate.")
def gates_shut(gate: Gate, *, allowed: str = "shut") -> Verdict:
    """Anyone walks in through an open gate."""
    if gate.material == "paint":
        return not_applicable(f"{gate.id} is painted")
    return passed(f"{gate.id} is shut") if gate.state == allowed else failed(f"{gate.id} is {gate.state}")


@control(title="Guests are invited", severity=Severity.HIGH, remedy="Invite them.")
def guests_invited(guest: Guest, house: House) -> Verdict:
    """A stranger is no guest."""
    return passed("invited") if guest.invited or house.guarded else failed("not invited")


@control(title="The house is guarded", severity=Severity.LOW, remedy="Hire a guard.")
def house_guarded(house: House, gates: Every[Gate]) -> Verdict:
    """Somebody must look after the gates."""
    if not gates:
        return passed("there is no gate")
    return passed("guarded") if house.guarded else failed(f"{len(gates)} gates and no guard")


@control(title="Gates are new", severity=Severity.MEDIUM, remedy="Wait.", maturity=Maturity.TRIAL)
def gates_new(gate: Gate, now: datetime, *, from_hour: int = 13) -> Verdict:
    """It depends on the hour alone."""
    return failed("too late") if now.hour >= from_hour else passed("in time")


def declared(function: Any) -> Control:
    """Return the control that a function was declared to be."""
    found = vars(function)[DECLARED]
    assert isinstance(found, Control)
    return found


GATES, GUESTS, HOUSE, CLOCK = (declared(one) for one in (gates_shut, guests_invited, house_guarded, gates_new))


def _answers(kind: type[Resource], told: Mapping[str, Any], at: datetime) -> dict[str, Answer | Failure]:
    answers: dict[str, Answer | Failure] = {}
    for name, body in told.items():
        field = kind.fields[name]
        assert isinstance(field, Ask)
        answers[field.key] = body if isinstance(body, Failure) else Answer(body, source(f"house:{name}", at))
    return answers


def source(call: str, at: datetime = START) -> Source:
    """Return where a response came from, and when."""
    return Source(call, US, f"request-of-{call}", "Fri, 06 Mar 2026 12:00:00 GMT", at)


class Visit:
    """One run's collection of the account, `minute` minutes after the start."""

    def __init__(self, minute: int = 0, regions: tuple[str, ...] = (US,)) -> None:
        self.at = START + timedelta(minutes=minute)
        self.collection = Collection(AccountRef(ACCOUNT_ID), self.at, regions)
        for region in regions:
            self._of(Gate, region)
        self._of(Guest, GLOBAL)
        self._of(House, GLOBAL).documents.append(
            Document(Place(ACCOUNT_ID), {}, None, _answers(House, {"guarded": {"Guarded": False}}, self.at))
        )

    def _of(self, kind: type[Resource], region: str) -> Population:
        return self.collection.populations.setdefault(kind, {}).setdefault(region, Population())

    def gate(
        self, name: str, state: str | Failure = "shut", *, region: str = US, read: int = 0, **members: Any
    ) -> "Visit":
        """Add a gate; `read` is by how many minutes it was read before or after the run's start."""
        at = self.at + timedelta(minutes=read)
        told = state if isinstance(state, Failure) else {"State": state}
        document = Document(
            Place(ACCOUNT_ID, region),
            {"Name": name, **members},
            source("house:ListGates", at),
            _answers(Gate, {"state": told}, at),
        )
        self._of(Gate, region).documents.append(document)
        return self

    def guest(self, name: str, *, invited: bool = True, region: str = US) -> "Visit":
        """Add a guest."""
        item = {"Name": name, "Invited": invited, "Region": region}
        document = Document(Place(ACCOUNT_ID, region), item, source("house:ListGuests", self.at))
        self._of(Guest, GLOBAL).documents.append(document)
        return self

    def refuse(self, kind: type[Resource], region: str = GLOBAL, failure: Failure = REFUSED) -> "Visit":
        """Let a listing fail."""
        self.collection.populations[kind][region] = Population(failure=failure)
        return self

    def refuse_all(self) -> "Visit":
        """Let the whole account refuse."""
        self.collection.populations = {}
        self.collection.regions = ()
        self.collection.refused = Failure("sts:AssumeRole", "AccessDenied")
        return self

    def lose_regions(self) -> "Visit":
        """Let the question for the regions fail."""
        self.collection.populations[Gate] = {}
        self.collection.regions = None
        self.collection.regions_failure = Failure("ec2:DescribeRegions", "UnauthorizedOperation")
        return self

    def judge(self, *controls: AnyControl) -> list[ControlRun]:
        """Return what the controls say."""
        return list(judge_all(controls, self.collection, self.at))

    def findings(self, *controls: AnyControl) -> list[Finding]:
        """Return all findings with their evidence."""
        return [one.finding.with_evidence(one.testify()) for run in self.judge(*controls) for one in run.findings]


def _rests(judged: Judged) -> Rests:
    bodies = [
        [document.item, sorted((key, str(getattr(told, "body", told))) for key, told in document.answers.items())]
        for _, document in judged.documents
    ]
    return Rests.on([digest(canonical(body)) for body in bodies])


class Memory:
    """What is known of the account from run to run, kept as a store would."""

    def __init__(self) -> None:
        self.findings: dict[str, Known] = {}
        self.evaluated: dict[tuple[str, str], Basis] = {}
        self.left: dict[str, Known] = {}

    def run(
        self, visit: Visit, *controls: AnyControl, whole: bool = True, overtaken: Overtaken = NOT_OVERTAKEN
    ) -> Difference:
        """Judge a visit, remember it, and return what it changed. `overtaken`: by which runs it was meanwhile."""
        before = Before(dict(self.findings), dict(self.evaluated), overtaken, left=dict(self.left))
        told = difference(visit.judge(*(controls or (GATES,))), before, Reach(visit.collection, whole), _rests)
        for change in told.changes:
            assert change.before == self.findings.get(change.key)
            if change.after is None:
                del self.findings[change.key]
            else:
                self.findings[change.key] = change.after
        self.evaluated.update(told.evaluated)
        self.left = {key: known for key, known in {**self.left, **told.left}.items() if known}
        return told

    def status(self, resource_id: str) -> Status | None:
        """Return the status under which a resource is known."""
        found = [one.finding.status for one in self.findings.values() if one.finding.resource_id == resource_id]
        return found[0] if found else None


def news(told: Difference) -> list[tuple[str, str, bool]]:
    """Return the news as (transition, resource, belongs into the summary)."""
    return [_line(one) for one in told.news]


def _line(one: News) -> tuple[str, str, bool]:
    return one.transition.value, one.finding.resource_id, one.summary
