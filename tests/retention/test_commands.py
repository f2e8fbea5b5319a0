"""`ccm export`, `ccm restore`, `ccm purge` as a person meets them."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ccm_engine.cli.main import run
from ccm_engine.ledger.entry import ENGINE
from ccm_engine.stores.sqlite import SQLiteStore

from .little_record import Record, ledgers_of

Ccm = Callable[..., tuple[int, str, str]]
USER = "aws.iam.User|global|user-0"


@pytest.fixture
def ccm(capsys: pytest.CaptureFixture[str]) -> Ccm:
    """Run a command in this process: exit code, stdout, stderr."""

    def invoke(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(arguments)
        told = capsys.readouterr()
        return code, told.out, told.err

    return invoke


@pytest.fixture
def record() -> Iterator[Record]:
    """Two runs in the store that the settings name by default."""
    made = Record(SQLiteStore(Path("ccm.db")))
    made.run([b"one"])
    made.run([b"two"])
    yield made
    made.store.close()


def refused(done: tuple[int, str, str], code: int = 2) -> str:
    """Return the one line of a command that refused."""
    assert done[0] == code, done
    assert done[1] == ""
    [line] = done[2].splitlines()
    assert line.startswith("ccm: ")
    return line


def test_out_and_back(record: Record, ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, err = ccm("export", "--output", "export.jsonl.gz")
    assert (code, err) == (0, "")
    assert out == "export.jsonl.gz: 15 entries of 3 ledgers and 4 documents of sqlite:///ccm.db\n"
    monkeypatch.setenv("CCM_STORE", "sqlite:///restored.db")
    code, out, err = ccm("restore", "export.jsonl.gz")
    assert (code, err) == (0, "")
    assert out == "sqlite:///restored.db: 15 entries of 3 ledgers and 4 documents restored\n"
    restored = SQLiteStore(Path("restored.db"))
    assert ledgers_of(restored) == ledgers_of(record.store)
    restored.close()
    assert "name an empty store in CCM_STORE" in refused(ccm("restore", "export.jsonl.gz"))


def test_as_json(record: Record, ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    told = json.loads(ccm("export", "--to", "2026-03-06T13:00:00Z", "--output", "export.jsonl", "-o", "json")[1])
    assert told == {
        "store": "sqlite:///ccm.db",
        "file": "export.jsonl",
        "ledgers": {
            "engine": {"first": 1, "last": 2},
            "111122223333": {"first": 1, "last": 3},
            "123456789012": {"first": 1, "last": 3},
        },
        "entries": 8,
        "documents": 2,
        "documents_absent": 0,
    }
    monkeypatch.setenv("CCM_STORE", "sqlite:///restored.db")
    told = json.loads(ccm("restore", "export.jsonl", "-o", "json")[1])
    assert told == {"store": "sqlite:///restored.db", "ledgers": 3, "entries": 8, "documents": 2}


def test_a_damaged_export_is_an_integrity_failure(record: Record, ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    ccm("export", "--output", "export.jsonl")
    lines = Path("export.jsonl").read_bytes().splitlines(keepends=True)
    Path("export.jsonl").write_bytes(b"".join(lines[:-1]))
    monkeypatch.setenv("CCM_STORE", "sqlite:///restored.db")
    line = refused(ccm("restore", "export.jsonl"), code=4)
    assert f"export.jsonl: it is cut off after line {len(lines) - 1}" in line
    assert not Path("restored.db").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("export",), "--output"),
        (("export", "--output", "ccm.db"), "--output: ccm.db cannot be written (it exists already); name another file"),
        (("export", "--output", "x", "--to", "2999-01-01"), "--to: 2999-01-01T00:00:00Z is in the future"),
        (("export", "--output", "x", "--to", "yesterday"), "--to: 'yesterday' is no moment; write it as 2026-03"),
        (("export", "--output", "x", "--from", "2026-03-06T12:00:00"), "names no time zone; end it with Z"),
        (("export", "--output", "x", "--to", "2020-01-01"), "holds nothing of that period"),
        (("restore",), "FILE"),
        (("restore", "nowhere.jsonl"), "nowhere.jsonl: it cannot be read (No such file or directory)"),
        (("purge", "--resource", USER), "--reason"),
        (("purge", "--reason", "x"), "name what to remove"),
        (("purge", "--reason", " ", "--resource", USER), "--reason: it is empty"),
        (("purge", "--reason", "x", "--resource", "user-0", "--yes"), f"did you mean '{USER}'?"),
        (("purge", "--reason", "x", "--document", "abc", "--yes"), "'abc' is no digest"),
        (("purge", "--reason", "x", "--resource", USER), "nobody can be asked here; give --yes"),
        (("purge", "--reason", "x", "--resource", USER, "--account", "1"), "'1' is no account id of 12 digits"),
    ],
)
def test_wrong_input_is_one_line(record: Record, ccm: Ccm, arguments: tuple[str, ...], told: str) -> None:
    assert told in refused(ccm(*arguments))
    assert not Path("x").exists()


@pytest.mark.parametrize("arguments", [("export", "--output", "x"), ("purge", "--reason", "x", "--resource", USER)])
def test_where_there_is_no_record(ccm: Ccm, arguments: tuple[str, ...]) -> None:
    assert "there is no record at sqlite:///ccm.db yet; run `ccm scan` first" in refused(ccm(*arguments))
    assert not Path("ccm.db").exists()


def test_purge(record: Record, ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "alice")
    code, out, err = ccm("purge", "--resource", USER, "--reason", "an erasure request", "--yes")
    assert (code, err) == (0, "")
    assert out == "sqlite:///ccm.db: 4 documents removed; the engine's ledger says so in entry 4\n"
    *_, last = record.store.entries(ENGINE)
    assert (last.kind, last.body["by"], last.body["unverified"]) == ("purge", "alice", True)
    assert all(record.store.document(one) is None for one in last.body["documents"])
    again = ccm("purge", "--resource", USER, "--reason", "again", "--yes", "-o", "json")
    assert again[0] == 0
    assert "nothing to remove" in again[2]
    told = json.loads(again[1])
    assert told == {"store": "sqlite:///ccm.db", "entries": [], "removed": [], "gone_before": last.body["documents"]}
    assert sum(entry.kind == "purge" for entry in record.store.entries(ENGINE)) == 1


class Terminal(io.StringIO):
    """Somebody who can be asked."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "removed"), [("y\n", True), ("n\n", False), ("\n", False), ("", False)])
def test_a_person_is_asked(
    record: Record, ccm: Ccm, monkeypatch: pytest.MonkeyPatch, answer: str, removed: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    before = ledgers_of(record.store)
    code, out, err = ccm("purge", "--resource", USER, "--account", "123456789012", "--reason", "x")
    assert code == 0
    assert "Remove 2 documents from sqlite:///ccm.db for good? [y/N]" in err
    assert ("removed; the engine's ledger says so" in out) is removed
    assert ("nothing was removed" in err) is not removed
    assert (ledgers_of(record.store) != before) is removed
