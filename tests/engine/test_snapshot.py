"""Snapshots: what was collected comes back as it was, and what was not is never taken for absent."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from snapshotting import findings_of, read, written

from ccm_engine.core.control import DECLARED, Control, control
from ccm_engine.core.document import Answer, Document, Failure, Place, Source
from ccm_engine.core.freeform import BaseCheck, CheckResult
from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import ACCOUNT, ACCOUNT_ID, Call, Every, One, Resource, above, ask, named
from ccm_engine.core.verdict import Verdict, failed, passed
from ccm_engine.core.vocabulary import GLOBAL, Severity, Status
from ccm_engine.engine.catalogue import Check
from ccm_engine.engine.collection import AccountRef, Collection, Population
from ccm_engine.engine.plan import Plan, plan

START = datetime(2026, 3, 6, 12, tzinfo=UTC)

US, EU = "us-east-1", "eu-west-1"
HOME, OTHER = "123456789012", "111122223333"


class Tag(Part):
    """A tag of a user."""

    key: str = at("Key")
    value: str = at("Value")


class User(Resource):
    """A user; iam.list_users has been read for secrets, so it is kept whole."""

    type = "AWS::IAM::User"
    listed_by = Call("iam", "list_users", "Users", scope=ACCOUNT)

    id: str = at("UserName")
    arn: str = named("arn:{partition}:iam::{account_id}:user/{id}")
    tags: tuple[Tag, ...] = at("Tags", default=())
    devices: tuple[Any, ...] = ask(
        "list_mfa_devices", "MFADevices", default=(), absent=("NoSuchEntity",), UserName="UserName"
    )


class Queue(Resource):
    """A queue; of sqs.get_queue_attributes nobody has read the response, so it is kept in part."""

    type = "AWS::SQS::Queue"
    listed_by = Call("sqs", "list_queues", "QueueUrls")

    id: str = at("Url")
    arn: str = named("arn:{partition}:sqs:{region}:{account_id}:{id}")
    policy: str | None = ask("get_queue_attributes", "Attributes.Policy", QueueUrl="Url")


class Letter(Resource):
    """Something that is listed under a queue."""

    type = "AWS::SQS::Letter"
    listed_by = Call("sqs", "list_message_move_tasks", "Results", under=Queue, given={"SourceArn": "Url"})

    id: str = at("TaskHandle")
    arn: str = named("arn:{partition}:sqs:{region}:{account_id}:{id}")
    queue: str = above("Url")


class Owner(Resource):
    """The account."""

    type = "AWS::::Account"
    listed_by = One("iam", scope=ACCOUNT)

    id: str = named("{account_id}")
    arn: str = named("arn:{partition}:iam::{account_id}:root")
    keys: int = ask("get_account_summary", "SummaryMap.AccountAccessKeysPresent")


@control(title="Users have devices", severity=Severity.HIGH, remedy="Give them one.")
def users_have_devices(user: User, owner: Owner) -> Verdict:
    """Why not."""
    if user.devices and owner.keys == 0:
        return passed(f"{user.id} of {owner.keys}")
    return failed(f"{user.id} has none, tagged {[tag.value for tag in user.tags]}")


@control(title="Queues are empty", severity=Severity.LOW, remedy="Empty them.")
def queues_are_empty(queue: Queue, letters: Every[Letter]) -> Verdict:
    """Why not."""
    here = [letter.id for letter in letters if letter.queue == queue.id]
    return failed(f"{queue.id}: {here}, {queue.policy}") if here else passed(f"{queue.id}: {queue.policy}")


CONTROLS: list[Control] = [getattr(one, DECLARED) for one in (users_have_devices, queues_are_empty)]
PLAN = plan(CONTROLS)

names = st.text("abcde-é☃ ", min_size=1, max_size=6)
failures = st.builds(Failure, st.just("iam:Something"), st.sampled_from(["AccessDenied", "Throttling"]), names)
sources = st.builds(Source, st.just("iam:ListUsers"), st.sampled_from([US, EU]), names, names, st.just(START))


def answers(body: st.SearchStrategy[Any]) -> st.SearchStrategy[Answer | Failure]:
    """Return answers with such a body, or refusals."""
    absent = st.builds(Failure, st.just("iam:X"), st.just("NoSuchEntity"), names, st.just(US), st.none() | sources)
    return st.builds(Answer, body, sources) | failures | absent


@st.composite
def collections(draw: st.DrawFn, account: str = HOME) -> Collection:
    """Return an account in which anything may have failed."""
    made = Collection(AccountRef(account, draw(names)), START, (US, EU))
    made.calls, made.throttled = draw(st.integers(0, 9)), draw(st.integers(0, 9))
    how = draw(st.integers(0, 9))
    if how == 0:
        made.refused, made.regions = draw(failures), ()
        return made
    if how == 1:
        made.regions, made.regions_failure = None, draw(failures)
    for kind in PLAN.reads:
        regions = (GLOBAL,) if kind.listed_by.scope.value == "ACCOUNT" else made.regions or ()
        made.populations[kind] = {region: _population(draw, kind, Place(account, region)) for region in regions}
    return made


def _population(draw: st.DrawFn, kind: type[Resource], place: Place) -> Population:
    if kind is not Owner and draw(st.integers(0, 5)) == 0:
        return Population(failure=draw(failures))
    count = 1 if kind is Owner else draw(st.integers(0, 2))
    found = [_document(draw, kind, place, number) for number in range(count)]
    if kind is not Owner and not found:
        return Population(source=draw(sources), offered=draw(st.booleans()))
    return Population(found, source=None if kind is Owner else draw(sources))


def _document(draw: st.DrawFn, kind: type[Resource], place: Place, number: int) -> Document:
    items: dict[type[Resource], Any] = {
        User: {"UserName": f"u{number}", "Tags": [{"Key": "k", "Value": draw(names)}], "Other": draw(names)},
        Queue: {"Url": f"q{number}", "Hidden": "x"},
        Letter: {"TaskHandle": f"l{number}"},
        Owner: {},
    }
    bodies: dict[str, st.SearchStrategy[Any]] = {
        "list_mfa_devices": st.fixed_dictionaries({"MFADevices": st.lists(st.just({"SerialNumber": "s"}), max_size=2)}),
        "get_queue_attributes": st.fixed_dictionaries({"Attributes": st.fixed_dictionaries({"Policy": names})}),
        "get_account_summary": st.just({"SummaryMap": {"AccountAccessKeysPresent": 0}}),
    }
    source = None if kind is Owner else draw(sources)
    above_it = {"Url": f"q{draw(st.integers(0, 1))}", "More": 1} if kind is Letter else None
    told = {one.key: draw(answers(bodies[one.operation])) for one in PLAN.reads[kind]}
    return Document(place, items[kind], source, told, above_it)


@settings(deadline=None)
@given(collections(), collections(OTHER))
def test_what_was_collected_is_judged_the_same_from_its_snapshot(first: Collection, second: Collection) -> None:
    again = read(written(PLAN, [first, second], START), PLAN)

    assert [one.account for one in again] == [first.account, second.account]
    for live, told in zip((first, second), again, strict=True):
        assert findings_of(CONTROLS, told) == findings_of(CONTROLS, live)
        assert (told.calls, told.throttled, told.refused) == (live.calls, live.throttled, live.refused)
        assert _offered(told) == _offered(live)


def _offered(collection: Collection) -> list[bool]:
    return [one.offered for by_region in collection.populations.values() for one in by_region.values()]


def _small(*, regions: tuple[str, ...] = (US,)) -> Collection:
    made = Collection(AccountRef(HOME), START, regions)
    source = Source("iam:ListUsers", US, "r", "", START)
    devices = Answer({"MFADevices": [{"SerialNumber": "s"}]}, source)
    user = Document(Place(HOME), {"UserName": "ann", "Tags": [{"Key": "Password", "Value": "hunter2"}]}, source)
    user.answers[_key(User)] = devices
    owner = Document(Place(HOME), {}, None)
    owner.answers[_key(Owner)] = Answer({"SummaryMap": {"AccountAccessKeysPresent": 0}}, source)
    made.populations = {User: {GLOBAL: Population([user], source=source)}, Owner: {GLOBAL: Population([owner])}}
    return made


def _key(kind: type[Resource]) -> str:
    return kind.asks()[0].key


def _only(id_: str) -> list[Control]:
    return [one for one in CONTROLS if one.id == id_]


def _errors(told: list[Any]) -> set[tuple[Status, str]]:
    return {(one.status, one.evidence["error"]["code"]) for one in told}


def test_a_kind_that_was_not_asked_for_is_not_absent() -> None:
    lines = written(plan(_only("users_have_devices")), [_small()], START)

    (again,) = read(lines, PLAN)

    told = findings_of(_only("queues_are_empty"), again)
    assert _errors(told) == {(Status.ERROR, "NotCollected")}


def test_a_snapshot_without_regions_is_not_an_account_without_any() -> None:
    (again,) = read(written(plan(_only("users_have_devices")), [_small(regions=())], START), PLAN)

    assert _errors(findings_of(_only("queues_are_empty"), again)) == {(Status.ERROR, "NotCollected")}


def test_an_answer_nobody_asked_for_is_not_absent() -> None:
    without = Plan({User: (), Owner: plan(CONTROLS).reads[Owner]}, ())
    collection = _small()
    collection.populations[User][GLOBAL].documents[0].answers.clear()

    (again,) = read(written(without, [collection], START), PLAN)

    assert _errors(findings_of(_only("users_have_devices"), again)) == {(Status.ERROR, "NotCollected")}


def test_a_member_that_was_left_out_is_not_absent() -> None:
    """An older engine knew fewer members of an operation that nobody has reviewed."""
    collection = Collection(AccountRef(HOME), START, (US,))
    queue = Document(Place(HOME, US), {"Url": "q"}, Source("sqs:ListQueues", US, "r", "", START))
    queue.answers[_key(Queue)] = Answer({"Attributes": {}}, Source("sqs:GetQueueAttributes", US, "r", "", START))
    collection.populations = {Queue: {US: Population([queue])}, Letter: {US: Population()}}
    lines = written(plan(_only("queues_are_empty")), [collection], START)
    lines = json.loads(json.dumps(lines))
    lines[0]["kept"][Queue.kind()][_key(Queue)] = {"only": ["Attributes.Policy"]}  # as before it was reviewed

    answer_cut = json.loads(json.dumps(lines))
    answer_cut[0]["kept"][Queue.kind()][_key(Queue)] = {"only": ["Attributes.Other"]}
    item_cut = json.loads(json.dumps(lines))
    item_cut[0]["kept"][Queue.kind()]["item"] = {"only": ["Name"]}
    moving = json.loads(json.dumps(lines))
    moving[0]["kept"][Queue.kind()]["item"] = {"without": ["Url"]}

    over_cut = json.loads(json.dumps(lines))
    over_cut[0]["kept"][Letter.kind()]["above"] = {"only": ["Name"]}

    for cut in (answer_cut, item_cut, moving, over_cut):
        (again,) = read(cut, PLAN)
        assert _errors(findings_of(_only("queues_are_empty"), again)) == {(Status.ERROR, "NotCollected")}
    (again,) = read(lines, PLAN)
    assert [one.status for one in findings_of(_only("queues_are_empty"), again)] == [Status.PASS]


class Free(BaseCheck):
    """A check that would ask for itself."""

    def __init__(self) -> None:
        super().__init__("free", "Free", "It asks for itself.")

    def run(self) -> CheckResult:
        raise AssertionError("nobody asks anything of a snapshot")


def test_a_free_form_control_is_not_run() -> None:
    check = Check(Free(), "sha256:0")
    (again,) = read(written(PLAN, [_small()], START), plan([check]))

    assert _errors(findings_of([check], again)) == {(Status.ERROR, "NotCollected")}


def test_a_secret_is_not_in_it_and_not_judged_by() -> None:
    collection = _small()
    collection.populations[User][GLOBAL].documents[0].answers[_key(User)] = Failure("iam:X", "NoSuchEntity")
    lines = written(plan(_only("users_have_devices")), [collection], START)
    assert "hunter2" not in json.dumps(lines)

    (again,) = read(lines, PLAN)

    # The control tells the tags in its reason: with a seal in place of one, there is no verdict.
    assert _errors(findings_of(_only("users_have_devices"), again)) == {(Status.ERROR, "SecretLeftOut")}


def test_it_can_be_narrowed_to_regions_and_accounts() -> None:
    lines = written(PLAN, [_small(regions=(US, EU)), replace(_small(), account=AccountRef(OTHER))], START)

    (again,) = read(lines, PLAN, regions=(EU,), accounts=(HOME,))

    assert again.regions == (EU,)
    assert set(again.populations[Queue]) == {EU}
    assert [one.status for one in findings_of(_only("users_have_devices"), again)] == [Status.PASS]


@pytest.mark.parametrize(
    ("narrowed", "told"),
    [
        ({"accounts": (OTHER,)}, f"account {OTHER} is not in it; it holds {HOME}"),
        ({"regions": ("us-west-2",)}, f"region us-west-2 is not in it; it holds {US}"),
    ],
)
def test_what_it_does_not_hold_is_said(narrowed: dict[str, tuple[str, ...]], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read(written(PLAN, [_small()], START), PLAN, **narrowed)


def _without(lines: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [line for line in lines if line["snapshot"] != kind]


@pytest.mark.parametrize("kind", ["end", "account_end", "account", "population", "document"])
def test_a_snapshot_with_a_hole_is_refused(kind: str) -> None:
    lines = written(PLAN, [_small()], START)

    with pytest.raises((ValueError, KeyError)):
        read(_without(lines, kind), PLAN)


def test_more_than_was_written_is_refused() -> None:
    lines = written(PLAN, [_small()], START)

    for more in ([*lines, lines[-1]], [*lines[:-1], *lines[1:-1], lines[-1]]):
        with pytest.raises(ValueError, match=r"follows its end|there twice"):
            read(more, PLAN)


def test_a_newer_format_is_refused() -> None:
    lines = written(PLAN, [_small()], START)
    lines[0]["format"] = 2

    with pytest.raises(ValueError, match="it has format 2, and this engine reads 1"):
        read(lines, PLAN)


def test_accounts_of_the_ask_are_named_by_its_key() -> None:
    """A snapshot outlives the process: what names a call may not hold an address in memory."""
    assert "object at" not in repr(ACCOUNT_ID)
