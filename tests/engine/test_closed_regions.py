"""A closed region is said once for each control, hides what was listed there, and loses nothing of it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from little_world import ACCOUNT_ID, EU, START, US, Memory, source

from ccm_engine.app.discovery import discover
from ccm_engine.core.document import Answer, Document, Failure, Place
from ccm_engine.core.known import Known
from ccm_engine.core.resource import Ask
from ccm_engine.core.vocabulary import GLOBAL, Status
from ccm_engine.engine.catalogue import AnyControl
from ccm_engine.engine.closed import CLOSED, NOT_ENABLED
from ccm_engine.engine.collection import AccountRef, Collection, Population
from ccm_engine.engine.diff import seen_now
from ccm_engine.engine.judge import Judging, judge_all
from ccm_engine.engine.judged import ControlRun
from ccm_engine.ledger.tally import Tally
from ccm_engine.resources.aws.ec2 import SecurityGroup
from ccm_engine.resources.aws.s3 import Bucket

VERSIONING = discover().controls["s3_versioning"]
STATUS = Bucket.fields["versioning_status"]
SAID = "User: x is not authorized to perform: y with an explicit deny in a service control policy: arn:aws:z"


def _refused(region: str, said: str = SAID, code: str = "AccessDenied") -> Failure:
    return Failure("s3:GetBucketVersioning", code, said, region)


class Account:
    """Buckets by name and region, each with its versioning, or why that cannot be read. It is visited as a run does."""

    def __init__(self, minute: int, buckets: Mapping[tuple[str, str], str | Failure]) -> None:
        self.at = START + timedelta(minutes=minute)
        assert isinstance(STATUS, Ask)
        self.documents = []
        for (name, region), told in buckets.items():
            answer = told if isinstance(told, Failure) else Answer({"Status": told}, source("s3:asked", self.at))
            item = {"Name": name, "BucketRegion": region}
            self.documents.append(
                Document(Place(ACCOUNT_ID, region), item, source("s3:ListBuckets", self.at), {STATUS.key: answer})
            )
        self.collection = Collection(AccountRef(ACCOUNT_ID), self.at, ())
        listing = Population(self.documents, source=source("s3:ListBuckets", self.at))
        self.collection.populations[Bucket] = {GLOBAL: listing}

    def among(self, *regions: str, denied: Sequence[str] = ()) -> "Account":
        """Have these regions enabled and asked, some of them in vain."""
        self.collection.regions = regions
        self.collection.denied = {
            region: Failure("ec2:Describe", "Denied", SAID, region, why=CLOSED) for region in denied
        }
        self.collection.populations[SecurityGroup] = {region: Population() for region in regions}
        return self

    def judge(self, *controls: AnyControl) -> list[ControlRun]:
        """Judge what is held."""
        return list(judge_all(controls, self.collection, self.at))

    def judge_by_page(self) -> list[ControlRun]:
        """Judge bucket by bucket, and let each go."""
        self.collection.populations[Bucket][GLOBAL].documents = []
        judging = Judging([VERSIONING], self.at)
        for document in self.documents:
            judging.page(self.collection, Bucket, GLOBAL, [document], lambda judged: judged)
        return list(judging.runs(self.collection))


def _two_closed(minute: int = 0) -> Account:
    buckets: dict[tuple[str, str], str | Failure] = {("near", US): "Enabled"}
    buckets |= {("far", EU): _refused(EU), ("farther", EU): _refused(EU)}
    return Account(minute, buckets).among(US, EU, denied=[EU])


@pytest.mark.parametrize("how", [lambda account: account.judge(VERSIONING), Account.judge_by_page])
def test_it_is_said_once_and_stands_for_what_was_listed(how: Callable[[Account], list[ControlRun]]) -> None:
    account = _two_closed()
    [run] = how(account)
    near, far = (one.finding for one in run.findings)
    assert (near.status, near.resource_id) == (Status.PASS, "near")
    assert (far.status, far.blind, far.region, far.hides, far.stands_for) == (Status.ERROR, True, EU, 2, 2)
    assert far.reason == (
        f"s3:GetBucketVersioning failed in {EU}: AccessDenied "
        "(a service control policy closes this region); 2 resources there"
    )
    assert run.findings[1].testify()["error"]["code"] == "AccessDenied"


def test_without_anything_regional_the_buckets_tell() -> None:
    account = Account(0, {("near", US): "Enabled", ("far", EU): _refused(EU)})
    [run] = account.judge(VERSIONING)
    assert [one.finding.blind for one in run.findings] == [False, True]
    assert account.collection.denied[EU].why == CLOSED


def test_a_region_that_the_account_has_not_enabled_is_told_as_that() -> None:
    account = Account(0, {("near", US): "Enabled", ("far", EU): _refused(EU, "malformed", "InvalidToken")}).among(US)
    [run] = account.judge(VERSIONING)
    far = run.findings[-1].finding
    assert (far.blind, far.reason) == (
        True,
        f"s3:GetBucketVersioning failed in {EU}: InvalidToken ({NOT_ENABLED}); 1 resource there",
    )
    assert account.collection.denied == {}, "no policy did that"


@pytest.mark.parametrize(
    "buckets",
    [
        pytest.param({("a", US): _refused(US), ("b", EU): _refused(EU)}, id="a service closed everywhere"),
        pytest.param({("a", US): "Enabled", ("b", EU): _refused(EU), ("c", EU): "Enabled"}, id="one there answers"),
        pytest.param({("a", US): "Enabled", ("b", EU): _refused(EU, "no identity-based policy")}, id="no right to"),
        pytest.param({("a", US): "Enabled", ("b", EU): _refused(US)}, id="refused elsewhere"),
        pytest.param({("a", EU): _refused(EU)}, id="nothing to compare with"),
    ],
)
def test_what_does_not_show_a_closed_region_stays_as_it_is(buckets: dict[tuple[str, str], str | Failure]) -> None:
    account = Account(0, buckets)
    [run] = account.judge(VERSIONING)
    assert [one.finding.blind for one in run.findings] == [False] * len(buckets)
    assert account.collection.denied == {}


def test_a_region_that_is_not_enabled_and_fails_otherwise_is_told_by_what_failed() -> None:
    account = Account(0, {("near", US): "Enabled", ("far", EU): _refused(EU, "", "MalformedResponse")}).among(US)
    [run] = account.judge(VERSIONING)
    assert [one.finding.blind for one in run.findings] == [False, False]


def test_a_region_that_answers_something_else_is_not_closed() -> None:
    account = Account(0, {("near", US): "Enabled", ("far", EU): _refused(EU)}).among(US, EU)
    [run] = account.judge(VERSIONING)
    assert not any(one.finding.blind for one in run.findings)


def _counts(memory: Memory) -> dict[str, int]:
    return {finding.resource_id: count for finding, count in seen_now(memory.findings.values())}


class Visited(Memory):
    """What is known from run to run, of a visit to buckets."""

    def see(self, account: Account) -> set[tuple[str, str]]:
        """Run, and return what changed: resource, and why."""
        told = self.run(account, VERSIONING)  # type: ignore[arg-type]  # it judges, and has a collection, as a Visit does
        return {(change.key.rpartition("|")[2], change.cause.value) for change in told.changes}


def test_what_stood_stays_until_the_region_opens_and_what_is_deleted_meanwhile_is_gone() -> None:
    memory = Visited()
    everything: dict[tuple[str, str], str | Failure] = {
        ("near", US): "Enabled",
        ("far", EU): "Suspended",
        ("farther", EU): "Enabled",
    }
    memory.see(Account(0, everything).among(US, EU))
    assert memory.see(_two_closed(1)) == {(ACCOUNT_ID, "visibility")}
    assert memory.status("far") is Status.FAIL, "it stands, and does not count"
    assert _counts(memory) == {"near": 1, ACCOUNT_ID: 2}
    one_less = Account(2, {("near", US): "Enabled", ("far", EU): _refused(EU)}).among(US, EU, denied=[EU])
    assert memory.see(one_less) == {("farther", "resource"), (ACCOUNT_ID, "visibility")}
    assert _counts(memory) == {"near": 1, ACCOUNT_ID: 1}
    assert memory.see(Account(3, everything).among(US, EU)) == {(ACCOUNT_ID, "visibility"), ("farther", "resource")}
    assert _counts(memory) == {"near": 1, "far": 1, "farther": 1}


def test_a_run_that_finds_the_same_again_changes_nothing() -> None:
    memory = Visited()
    memory.see(_two_closed())
    assert memory.see(_two_closed(1)) == set()
    assert _counts(memory) == {"near": 1, ACCOUNT_ID: 2}


def _tallied(memory: Memory) -> tuple[int, int]:
    tally = Tally()
    for key, known in memory.findings.items():
        tally.count(key, known.as_json())
    [(_, counts)] = tally.controls()
    return counts.judged, counts.expected


@given(st.integers(0, 3), st.integers(1, 4))
def test_rows_count_what_findings_count(known: int, listed: int) -> None:
    memory = Visited()
    before: dict[tuple[str, str], str | Failure] = {(f"b{number}", EU): "Enabled" for number in range(known)}
    memory.see(Account(0, {("near", US): "Enabled", **before}).among(US, EU))
    closed: dict[tuple[str, str], str | Failure] = {("near", US): "Enabled"}
    closed |= {(f"b{number}", EU): _refused(EU) for number in range(listed)}
    memory.see(Account(1, closed).among(US, EU, denied=[EU]))
    assert sum(_counts(memory).values()) == 1 + listed
    assert _tallied(memory) == (1, 1 + listed)
    assert [Known.from_json(one.as_json()) for one in memory.findings.values()] == list(memory.findings.values())
