"""The state made again from the ledgers is the state there was, after any history."""

import tempfile
from datetime import timedelta
from pathlib import Path

from databases import FIRST, SECOND, START, record
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from ccm_engine.app.attesting import Said, attest
from ccm_engine.app.outbox import Outbox
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.store import Row, Store
from ccm_engine.stores.sqlite import SQLiteStore

_OF_ALL = [
    "account",
    "counts",
    "outbox",
    "run",
    "catalogue",
    "scope",
    "key",
    "purged",
    "attestation",
    "full_manifest",
    "tree",
    "cursor",
]
_OF_ACCOUNTS = ["finding", "past", "standing", "manifest", "evaluated"]

accounts = st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.booleans(), max_size=4)
words = st.none() | st.tuples(st.sampled_from(["CC1.1", "CC1.2"]), st.integers(1, 365))
runs = st.tuples(st.sampled_from([FIRST, FIRST, SECOND]), accounts, st.integers(0, 30), words)


def state(store: Store) -> dict[str, list[Row]]:
    """Return every row of state, by partition."""
    partitions = [*_OF_ALL, *(f"{name}/{account}" for account in (FIRST, SECOND) for name in _OF_ACCOUNTS)]
    return {name: list(store.rows(name)) for name in partitions}


@settings(max_examples=40, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))  # shrinking is slow
@given(st.lists(runs, min_size=1, max_size=6))
def test_it_is_identical(history: list[tuple[str, dict[str, bool], int, tuple[str, int] | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = SQLiteStore(Path(folder) / "ccm.db")
        store.create()
        at = START
        for account, databases, hours, word in history:
            at += timedelta(hours=hours, minutes=1)
            record(store, account, databases, at)
            Outbox(store, ()).deliver(at)
            if word:
                said = Said("Ada", "seen", at + timedelta(days=word[1]))
                attest(store, "soc2", word[0], said, "root", at + timedelta(minutes=1))
        before = state(store)
        assert before["cursor"]
        assert len(before["attestation"]) == sum(word is not None for _, _, _, word in history)
        assert before[f"standing/{history[0][0]}"]
        Journal(store).rebuild()
        Outbox(store, ()).settle()
        assert state(store) == before
        store.close()


def test_a_state_that_was_spoilt_comes_back(tmp_path: Path) -> None:
    store = SQLiteStore(tmp_path / "ccm.db")
    store.create()
    for day, there in enumerate([{"a": True, "b": False}, {"a": False}, {"a": False, "c": True}]):
        record(store, FIRST, there, START + timedelta(days=day))
    before = state(store)
    assert {name for name, rows in before.items() if rows and name.endswith(FIRST)} == {
        f"{name}/{FIRST}" for name in _OF_ACCOUNTS
    }
    store.clear_state()
    assert state(store) != before
    Journal(store).rebuild()
    assert state(store) == before
    store.close()
