"""`ccm verify`: every line it prints, and its exit codes."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from moto import mock_aws

from ccm_engine.app.verifying import Verified
from ccm_engine.cli.main import run
from ccm_engine.cli.verify import verdict
from ccm_engine.cli.verify_view import VerificationView, verification_as_json
from ccm_engine.ledger.checkpoint import verifier_key
from ccm_engine.ledger.entry import ENGINE
from ccm_engine.ledger.verification import Break, Gap, Verification
from ccm_engine.stores.sqlite import SQLiteStore

from .book import AT, FIRST, INTERVAL, SECOND, Book, Signer, a_book
from .tampering import SQLitePlace


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str


Ccm = Callable[..., Done]


@pytest.fixture
def ccm(capsys: pytest.CaptureFixture[str]) -> Ccm:
    """Run a command in this process."""

    def invoke(*arguments: str) -> Done:
        capsys.readouterr()
        code = run(arguments)
        told = capsys.readouterr()
        return Done(code, told.out, told.err)

    return invoke


def _recent() -> Book:
    """Return a record whose last run is a moment old."""
    book, now = Book(), datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=16)
    book.key(now)
    book.scope(now)
    book.sweep("r1", now, {FIRST: {"a": "PASS", "b": "FAIL"}, SECOND: {"a": "PASS"}})
    book.sweep("r2", now + INTERVAL, {FIRST: {"b": "PASS"}, SECOND: {}})
    return book


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """A record in `ccm.db`, its checkpoints in `kept/`."""
    made = _recent()
    store = SQLiteStore(tmp_path / "ccm.db")
    made.into(store)
    store.close()
    (tmp_path / "kept").mkdir()
    for number, note in enumerate(made.notes):
        (tmp_path / "kept" / f"{number}.txt").write_text(note)
    return made


KEY = verifier_key("key-1", Signer().public_key)


def test_all_is_well(ccm: Ccm, book: Book) -> None:
    done = ccm("verify", "--checkpoint", "kept")
    assert done.out.splitlines() == [
        "sqlite:///ccm.db: 14 entries in 3 ledgers, 2 runs, 4 documents, 2 checkpoints",
        "integrity     holds",
        "completeness  complete",
        "not checked",
        "  - Whether the checkpoints given were safe where they were kept: whoever holds the signing key and",
        "    can replace all of them can rewrite history. Keep them where the operator cannot (S3 Object Lock",
        "    in compliance mode, another organisation, print).",
        "signed with; compare with a copy kept elsewhere",
        f"  - {KEY}",
    ]
    assert (done.code, done.err) == (0, "")


def test_no_checkpoint_is_given(ccm: Ccm, book: Book) -> None:
    done = ccm("verify")
    assert done.code == 0
    assert "  - Whether everything was rewritten, or the store replaced by an older copy: no checkpoint" in done.out
    assert "--checkpoint s3://BUCKET/checkpoints/" in done.out.replace("\n    ", " ")


def test_a_break(ccm: Ccm, book: Book, tmp_path: Path) -> None:
    place = SQLitePlace(tmp_path)
    place.rewrite(FIRST, 1, place.bytes_of(FIRST, 1).replace(b'"FAIL"', b'"PASS"'))
    done = ccm("verify", "--checkpoint", "kept")
    assert done.code == 4
    lines = done.out.splitlines()
    assert lines[1] == f"integrity     broken; first bad entry: ledger {FIRST}, entry 1"
    assert lines[2] == f"  - ledger {FIRST}, entry 1: it was changed: the entry after it names another digest"
    assert lines[3].startswith(f"  - ledger {FIRST}, entry 3: its verdicts_root is not the root of the 2 verdicts")
    assert "completeness  unknown: integrity comes first" in lines


def test_a_gap(ccm: Ccm, tmp_path: Path) -> None:
    made = a_book()
    made.into(SQLiteStore(tmp_path / "ccm.db"))
    done = ccm("verify")
    lines = done.out.splitlines()
    assert done.code == 1
    assert lines[1:3] == ["integrity     holds", "completeness  gaps"]
    assert lines[3].startswith("  - 2026-03-06 12:30 UTC to ")
    assert "no whole run has completed since" in lines[3]


def test_nothing_to_verify(ccm: Ccm, tmp_path: Path) -> None:
    SQLiteStore(tmp_path / "ccm.db").create()
    done = ccm("verify")
    assert done.code == 3
    assert done.out.splitlines()[:3] == [
        "sqlite:///ccm.db: 0 entries in 0 ledgers, 0 runs, 0 documents, 0 checkpoints",
        "integrity     unknown: there is nothing to verify",
        "completeness  unknown: no scope is recorded",
    ]


def test_an_empty_store_where_a_checkpoint_says_there_was_more(ccm: Ccm, book: Book, tmp_path: Path) -> None:
    (tmp_path / "ccm.db").unlink()
    SQLiteStore(tmp_path / "ccm.db").create()
    assert ccm("verify", "--checkpoint", "kept").code == 4


def test_as_json(ccm: Ccm, book: Book) -> None:
    done = ccm("verify", "-o", "json", "--checkpoint", "kept/1.txt", "--checkpoint", "kept/0.txt")
    told = json.loads(done.out)
    assert told["integrity"] == {"verdict": "holds", "breaks": []}
    assert told["completeness"] == {"verdict": "complete", "gaps": []}
    assert told["checked"] == {"ledgers": 3, "entries": 14, "runs": 2, "documents": 4, "checkpoints": 2}
    assert (told["keys"], len(told["not_checked"])) == ([KEY], 1)


def test_a_break_as_json(ccm: Ccm, book: Book, tmp_path: Path) -> None:
    SQLitePlace(tmp_path).remove(ENGINE, 4)
    done = ccm("verify", "-o", "json", "--checkpoint", "kept")
    assert done.code == 4
    told = json.loads(done.out)
    assert told["integrity"]["verdict"] == "broken"
    assert told["integrity"]["breaks"][0] == {
        "ledger": "engine",
        "seq": 4,
        "last": 4,
        "check": "missing",
        "text": "entry 4 is missing, by the checkpoint of 4 entries: "
        "the end was cut off, or the store was replaced by an older copy",
        "more": 0,
    }
    assert told["completeness"]["verdict"] == "gaps"


def test_the_key_from_elsewhere(ccm: Ccm, book: Book) -> None:
    assert ccm("verify", "--key", KEY).code == 0
    other = ccm("verify", "--key", verifier_key("key-9", Signer(9).public_key))
    assert other.code == 4
    assert "the engine's ledger: it names other keys (key-1) than the one that was given" in other.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--checkpoint", "gone"), "ccm: --checkpoint: gone: it cannot be read (No such file or directory)"),
        (("--key", "a+b+c"), "ccm: --key: 'a+b+c' is no verifier key"),
        (("gone.jsonl",), "ccm: FILE: gone.jsonl: it cannot be read (No such file or directory)"),
        (("kept/0.txt",), "ccm: FILE: kept/0.txt: it is neither an export of a record nor a proof of a finding"),
    ],
)
def test_wrong_usage(ccm: Ccm, book: Book, arguments: tuple[str, ...], told: str) -> None:
    done = ccm("verify", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(told)
    assert len(done.err.splitlines()) == 1


def test_where_there_is_no_record(ccm: Ccm) -> None:
    done = ccm("verify")
    assert (done.code, done.err) == (2, "ccm: there is no record at sqlite:///ccm.db yet; run `ccm scan` first\n")


def test_a_proof_that_does_not_hold(ccm: Ccm, tmp_path: Path) -> None:
    (tmp_path / "proof.json").write_text('{"type": "ccm-engine finding proof", "format": 1}')
    done = ccm("verify", "proof.json")
    assert done.code == 4
    assert done.out.splitlines()[0].startswith("proof  broken: ")
    assert "does not prove" in done.out
    told = json.loads(ccm("verify", "proof.json", "-o", "json").out)
    assert told["holds"] is False


def test_a_scan_proven_exported_and_verified(ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCM_REGIONS", "us-east-1")
    with mock_aws():
        assert ccm("scan").code in (0, 1)
        assert ccm("verify").code == 0
        assert ccm("prove", "iam_no_root_access_keys", "--output", "proof.json").code == 0
        assert ccm("export", "--output", "all.jsonl").code == 0
    proof = ccm("verify", "proof.json")
    lines = proof.out.splitlines()
    assert (proof.code, lines[0]) == (0, "proof  holds")
    assert lines[1].startswith("  - PASS of iam_no_root_access_keys on ")
    assert [one for one in lines if not one.startswith(" ")] == [
        "proof  holds",
        "proves",
        "does not prove",
        "not checked",
    ]
    export = ccm("verify", "all.jsonl")
    assert export.code == 0
    assert "Whose keys these are: they come with the file." in export.out


def _drawn(found: Verification) -> list[str]:
    from rich.console import Console

    console = Console(width=100)
    with console.capture() as captured:
        console.print(VerificationView(Verified("name", found)))
    return [line.rstrip() for line in captured.get().splitlines()]


def test_every_place_a_break_can_have() -> None:
    found = Verification(
        integrity=[
            Break("", None, None, "file", "line 3 is bad"),
            Break(ENGINE, None, None, "key", "it is another"),
            Break(ENGINE, 4, 6, "checkpoint", "it is not so"),
            Break(FIRST, 2, None, "verdicts", "it is not the root", 1),
            Break(FIRST, 3, None, "body", "it is not a body", 1234),
        ]
    )
    assert _drawn(found)[1:7] == [
        "integrity     broken; first bad entry: the engine's ledger, one of the entries 4 to 6",
        "  - line 3 is bad",
        "  - the engine's ledger: it is another",
        "  - the engine's ledger, one of the entries 4 to 6: it is not so",
        f"  - ledger {FIRST}, entry 2: it is not the root (and 1 more failure of this check)",
        f"  - ledger {FIRST}, entry 3: it is not a body (and 1,234 more failures of this check)",
    ]


def test_every_place_a_gap_can_have() -> None:
    gaps = [
        Gap("entries", FIRST, None, None, 0, "it lacks entries"),
        Gap("account", FIRST, AT, AT, 1, "once"),
        Gap("account", FIRST, AT, AT + INTERVAL, 2, "twice"),
    ]
    assert _drawn(Verification(completeness=gaps, entries=1))[3:6] == [
        "  - it lacks entries",
        "  - 2026-03-06 12:00 UTC: once",
        "  - 2026-03-06 12:00 UTC to 2026-03-06 12:15 UTC: twice",
    ]


def test_a_long_list_is_cut_in_the_table_only() -> None:
    found = Verification(completeness=[Gap("run", "", AT, AT, 0, f"gap {number}") for number in range(1022)])
    drawn = _drawn(found)
    assert drawn[-1] == "    and 1,002 more; -o json lists all"
    assert len(verification_as_json(Verified("name", found))["completeness"]["gaps"]) == 1022


def test_not_all_could_be_read() -> None:
    drawn = _drawn(Verification(entries=1, unread=1, scoped=True))
    assert drawn[1:3] == [
        "integrity     unknown: not all could be read",
        "completeness  unknown: not all could be read",
    ]


def test_what_would_steer_a_terminal_is_made_visible() -> None:
    found = Verification(integrity=[Break("\x1b[2J", 1, None, "form", "a\x1bb")])
    assert "\x1b" not in "".join(_drawn(found))


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (Verification(entries=1, scoped=True), 0),
        (Verification(entries=1), 0),
        (Verification(entries=1, completeness=[Gap("run", "", AT, AT, 0, "")]), 1),
        (Verification(), 3),
        (Verification(entries=1, unread=1), 3),
        (Verification(entries=1, unread=1, completeness=[Gap("run", "", AT, AT, 0, "")]), 3),
        (Verification(entries=1, unread=1, integrity=[Break("", None, None, "", "")]), 4),
        (Verification(integrity=[Break("", None, None, "", "")], completeness=[Gap("run", "", AT, AT, 0, "")]), 4),
    ],
)
def test_exit_codes(found: Verification, code: int) -> None:
    assert verdict(found) == code


def test_a_key_is_shown_as_it_is_given() -> None:
    told = verification_as_json(Verified("name", Verification(keys={"key-1": Signer().public_key})))
    assert told["keys"] == [KEY]
    assert base64.b64decode(KEY.split("+", 2)[2])[1:] == Signer().public_key
