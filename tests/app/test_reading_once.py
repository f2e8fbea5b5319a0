"""What a run reads of its own record: each thing once, unless somebody wrote meanwhile."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from histories import SSH, US, History, Reading, Sweep

from ccm_engine.core.vocabulary import Status
from ccm_engine.ledger.store import Row
from ccm_engine.stores.sqlite import SQLiteStore

ONCE = ("finding", "manifest", "evaluated")


class _Counting(SQLiteStore):
    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.read: Counter[str] = Counter()

    def rows(
        self, partition: str, *, prefix: str = "", after: str | None = None, descending: bool = False
    ) -> Iterator[Row]:
        self.read[partition.partition("/")[0]] += 1
        return super().rows(partition, prefix=prefix, after=after, descending=descending)


def test_known_findings_are_read_once_and_again_where_another_run_was_faster(tmp_path: Path) -> None:
    store = _Counting(tmp_path / "counted.db")
    room = History(tmp_path, store)
    first, quick, slow = (Sweep(at, (Reading(SSH, US, "a", Status.PASS),)) for at in (0, 60, 50))
    room.record(first)
    store.read.clear()
    room.record(quick)
    assert {name: store.read[name] for name in ONCE} == dict.fromkeys(ONCE, 1)
    begun = room.recorder.keeping(slow.account)
    room.record(Sweep(70, (Reading(SSH, US, "a", Status.FAIL),)))
    store.read.clear()
    room.record(slow, begun)
    assert {name: store.read[name] for name in ONCE} == dict.fromkeys(ONCE, 1)
    assert [one.finding.status for one in room.views.known(slow.account)] == [Status.FAIL]
