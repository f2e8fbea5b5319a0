"""Every store that a version has kept opens with today's engine, its ledgers unchanged, its past as it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from first_controls import first_controls
from kept_stores import KEPT, copied

from ccm_engine.app.views import Views
from ccm_engine.core import moment
from ccm_engine.core.canonical import digest
from ccm_engine.core.vocabulary import Status
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.store import Store
from ccm_engine.stores.opening import open_store

PRODUCTION, STAGING = "123456789012", "111122223333"


@pytest.fixture(params=KEPT, ids=lambda path: path.name)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    with copied(request.param, tmp_path) as url:
        opened = open_store(url)
        yield opened
        opened.close()


def test_the_first_version_is_kept_on_both_kinds_of_store() -> None:
    assert {"ccm-0.1.0.db", "ccm-0.1.0.dynamodb.jsonl.gz"} <= {path.name for path in KEPT}


def test_its_ledgers_hold(store: Store) -> None:
    assert sorted(store.ledgers()) == [STAGING, PRODUCTION, "engine"]
    for ledger in store.ledgers():
        entries = list(store.entries(ledger))
        assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
        assert [entry.previous for entry in entries] == [None, *[entry.digest for entry in entries[:-1]]]
        assert all(entry.digest == digest(entry.data) for entry in entries)


def test_its_documents_are_there(store: Store) -> None:
    named = {
        name for entry in store.entries(PRODUCTION) for _, name in entry.body.get("manifest", ()) if name is not None
    }
    assert len(named) > 30
    assert all(store.document(name) for name in named)


def test_its_state_can_be_made_again_and_tells_the_same(store: Store) -> None:
    Journal(store).rebuild()
    views = Views(store, first_controls())
    runs = list(views.runs())
    assert [run["status"] for run in runs] == ["complete"] * 5
    assert [run["coverage"] for run in reversed(runs)][3] < 100
    for run in runs:
        then = views.scorecard(at=moment.read(run["finished_at"]))
        assert (then.score, then.grade, then.coverage) == (run["score"], run["grade"], run["coverage"])
    blind = runs[1]
    errors = [
        one.finding
        for one in views.findings(at=moment.read(blind["finished_at"]))
        if one.finding.status is Status.ERROR
    ]
    assert {(one.account_id, one.region, one.blind) for one in errors} == {
        (account, "us-east-1", True) for account in (PRODUCTION, STAGING)
    }
    assert {one.evidence["error"]["call"] for one in errors} == {"rds:DescribeDBInstances"}


def test_a_mistake_shows_while_it_lasted(store: Store) -> None:
    views = Views(store, first_controls())
    finished = sorted(moment.read(run["finished_at"]) for run in views.runs())
    failing = []
    for at in finished:
        found = [one.finding for one in views.findings(at=at) if one.finding.control_id == "ec2_no_open_ssh"]
        failing.append(sum(one.status is Status.FAIL for one in found))
    assert failing == [2, 2, 3, 3, 2]
