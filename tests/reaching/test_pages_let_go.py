"""Pages that are judged as they come, kept by digest and let go, record what holding everything records."""

import gc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from benchmarks.scenarios import SMALL
from benchmarks.standin.running import Running
from standing_in import reaching, runner, task

from ccm_engine.app.account_run import AccountRunner
from ccm_engine.app.account_task import AccountTask
from ccm_engine.app.kept import Kept, LetGoError, Settled
from ccm_engine.clouds.aws.accounts import reach
from ccm_engine.clouds.aws.calls import CallFailed
from ccm_engine.clouds.aws.listing import Listing
from ccm_engine.core.document import Document, Failure
from ccm_engine.core.resource import Call, Resource
from ccm_engine.engine.collection import Collection, Population
from ccm_engine.engine.diff import Rests
from ccm_engine.ledger.entry import Entry
from ccm_engine.resources.aws.rds import DBInstance

ACCOUNT = "000000000001"
SIZE = replace(SMALL.size, users=12, buckets=7, regions=2, groups=45, databases=210, trails=2)
START = datetime(2026, 3, 6, 12, tzinfo=UTC)
# What no two runs have alike: when something was asked and by which request, and what is timed by that.
PASSING = {"sources", "observed_at", "since", "failing_since", "finished_at", "started_at", "run_id", "at"}


def lasting(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: lasting(member) for name, member in value.items() if name not in PASSING}
    return [lasting(member) for member in value] if isinstance(value, list) else value


def entries(made: AccountRunner) -> list[Any]:
    told: Sequence[Entry] = list(made.recorder.store.entries(ACCOUNT, after=0))
    return [(entry.kind, lasting(entry.body)) for entry in told]


def held(made: AccountRunner, asked: AccountTask) -> Entry:
    return made._held(asked, reach(made.clients, asked.target))


def test_the_record_is_the_same_as_when_everything_is_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Running(SIZE, limits=None) as aws, reaching(aws, monkeypatch):
        for folder in ("paged", "held"):
            (tmp_path / folder).mkdir()
        paged, whole = runner(tmp_path / "paged"), runner(tmp_path / "held")
        for number in (1, 2):
            asked = task(number, START + timedelta(minutes=number))
            paged.run(asked)
            held(whole, asked)
    assert entries(paged) == entries(whole)
    kinds = [kind for kind, _ in entries(paged)]
    assert kinds.count("run") == 2
    assert kinds.index("run") == len(kinds) - 2, "the second run changed nothing"
    for row in paged.recorder.store.rows(f"manifest/{ACCOUNT}"):
        assert paged.recorder.store.document(row.body["digest"]) is not None


def test_what_changes_and_what_goes_is_recorded_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in ("paged", "held"):
        (tmp_path / folder).mkdir()
    for number, size in enumerate((SIZE, replace(SIZE, databases=90, buckets=9, groups=0, users=5)), 1):
        with Running(size, limits=None) as aws, reaching(aws, monkeypatch):
            asked = task(number, START + timedelta(minutes=number))
            runner(tmp_path / "paged").run(asked)
            held(runner(tmp_path / "held"), asked)
    assert entries(runner(tmp_path / "paged")) == entries(runner(tmp_path / "held"))
    gone = [
        change
        for kind, body in entries(runner(tmp_path / "paged"))
        for change in body.get("changes", ())
        if change["finding"] is None
    ]
    assert len(gone) == 2 * (210 - 90) + 2 * 45 + (12 - 5)


def test_documents_of_pages_are_let_go_before_the_last_page_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there: list[int] = []

    def counting(
        self: Kept, collection: Collection, kind: type[Resource], region: str, documents: Sequence[Document], judge: Any
    ) -> None:
        whole(self, collection, kind, region, documents, judge)
        if kind is DBInstance:
            gc.collect()
            there.append(sum(isinstance(one, Document) and "DBInstanceArn" in one.item for one in gc.get_objects()))

    whole = Kept.page
    monkeypatch.setattr(Kept, "page", counting)
    size = replace(SIZE, users=0, buckets=0, databases=500, regions=1)
    with Running(size, limits=None) as aws, reaching(aws, monkeypatch):
        runner(tmp_path).run(task(1, START))
    assert len(there) == 5
    assert max(there) <= 200, "the page at hand, and the one behind it"


def test_a_listing_that_fails_in_the_middle_says_nothing_of_any_resource(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking(self: Listing, listed_by: Call, region: str, above: Document | None = None) -> Iterator[Population]:
        for number, page in enumerate(pages(self, listed_by, region, above)):
            if listed_by is DBInstance.listed_by and region == "us-east-2" and number == 2:
                raise CallFailed(Failure("rds:DescribeDBInstances", "AccessDenied", region=region))
            yield page

    pages = Listing.pages
    for folder in ("paged", "held"):
        (tmp_path / folder).mkdir()
    for number, broken in enumerate((False, True, False), 1):
        with Running(SIZE, limits=None) as aws, reaching(aws, monkeypatch), monkeypatch.context() as patched:
            if broken:
                patched.setattr(Listing, "pages", breaking)
            asked = task(number, START + timedelta(minutes=number))
            result = runner(tmp_path / "paged").run(asked)
            held(runner(tmp_path / "held"), asked)
        coverage = result.told["coverage"]
        assert coverage["expected"] - coverage["judged"] == (210 if broken else 0)
    assert entries(runner(tmp_path / "paged")) == entries(runner(tmp_path / "held"))


def test_evidence_that_was_let_go_is_not_made_up() -> None:
    with pytest.raises(LetGoError):
        Settled(Rests("sha256:0", "sha256:1"), None).testify(None)


def test_an_account_whose_record_moved_meanwhile_is_judged_again_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def another_run_came_first(self: Settled, _: Any) -> Any:
        raise LetGoError

    with Running(replace(SIZE, databases=3, groups=2), limits=None) as aws, reaching(aws, monkeypatch):
        made = runner(tmp_path)
        with monkeypatch.context() as patched:
            patched.setattr(Settled, "testify", another_run_came_first)
            result = made.run(task(1, START))
    assert result.told["coverage"]["judged"] == result.told["coverage"]["expected"] > 20
    assert [kind for kind, _ in entries(made)].count("run") == 1
