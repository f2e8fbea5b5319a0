"""`ccm snapshot` and `ccm scan --from`: the same verdicts, later, elsewhere, and without a call."""

import gzip
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from first_controls import FIRST
from throttling_proxy import ThrottlingProxy

from .accounts import open_group, user
from .conftest import Ccm, refused

FILE = "taken.jsonl.gz"
OF_THE_MOMENT = ("request_id", "response_date", "read_at")


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A retry comes at once."""
    monkeypatch.setattr("ccm_engine.clouds.aws.calls.random.uniform", lambda *_: 0.0)


def _no_more_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers, and there is nothing to sign with."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "CCM_ACCOUNTS", "CCM_ORG_ROLE_NAME", "CCM_REGIONS"):
        monkeypatch.delenv(name, raising=False)


def _timeless(finding: dict[str, Any]) -> dict[str, Any]:
    """Return a finding without what differs between two readings of the same thing."""
    sources = [
        {name: value for name, value in source.items() if name not in OF_THE_MOMENT}
        for source in finding["evidence"].get("sources", [])
    ]
    evidence = {**finding["evidence"], "sources": sources}
    return {**finding, "observed_at": "", "failing_since": "", "due": "", "evidence": evidence}


def test_a_snapshot_is_judged_like_the_accounts(
    between: ThrottlingProxy, ccm: Ccm, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = json.loads(ccm("scan", "--no-store", "-o", "json").out)
    taken = json.loads(ccm("snapshot", FILE, "-o", "json").out)
    _no_more_aws(monkeypatch)

    told = json.loads(ccm("scan", "--from", FILE, "-o", "json").out)

    assert len(live["findings"]) > 30
    assert [_timeless(one) for one in told["findings"]] == [_timeless(one) for one in live["findings"]]
    assert {**told["scorecard"], "last_evaluated": ""} == {**live["scorecard"], "last_evaluated": ""}
    assert (told["run"]["trigger"], told["run"]["whole"]) == ("snapshot", True)
    assert sum(one["calls"] for one in told["run"]["accounts"].values()) == taken["calls"]
    assert (taken["accounts"], taken["unread"]) == (2, [])
    # It records nothing: the file is all there is.
    assert os.listdir(home) == [FILE]


def test_an_outage_stays_what_it_was(between: ThrottlingProxy, ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    account = next(iter(json.loads(ccm("scan", "--no-store", "-o", "json").out)["run"]["accounts"]))
    between.throttle, between.times = {(account, "iam:ListUsers")}, 1_000
    live = json.loads(ccm("scan", "--no-store", "-o", "json").out)
    done = ccm("snapshot", FILE)
    assert "not read: iam:ListUsers failed in us-east-1: Throttling" in done.out
    _no_more_aws(monkeypatch)

    told = json.loads(ccm("scan", "--from", FILE, "-o", "json").out)

    assert [_timeless(one) for one in told["findings"]] == [_timeless(one) for one in live["findings"]]
    errors = [one["evidence"]["error"] for one in told["findings"] if one["status"] == "ERROR"]
    assert [(one["call"], one["code"]) for one in errors] == [("iam:ListUsers", "Throttling")]
    assert ccm("scan", "--from", FILE, "--strict", "-o", "json").code == 3
    assert told["scorecard"]["coverage"] < 100


@pytest.fixture
def taken(account: None, ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> str:
    """A snapshot of an account with a user without MFA and an open group in two regions; AWS is gone since."""
    user("alice")
    open_group("web")
    open_group("far", "eu-west-1")
    done = ccm("snapshot", FILE)
    assert done.out.startswith(f"{FILE}: ")
    _no_more_aws(monkeypatch)
    return FILE


def test_it_says_the_same_each_time(taken: str, ccm: Ccm) -> None:
    assert ccm("scan", "--from", taken, "-o", "json") == ccm("scan", "--from", taken, "-o", "json")


def test_outputs_exports_and_exit_codes_are_those_of_a_scan(taken: str, ccm: Ccm, home: Path) -> None:
    done = ccm("scan", "--from", taken, "--export", "a.csv", "--export", "a.junit.xml")
    assert done.code == 1
    assert "alice has no MFA device" in done.out
    assert {name for name in os.listdir(home) if name.startswith("a.")} == {"a.csv", "a.junit.xml"}
    assert ccm("scan", "--from", taken, "-c", "iam_no_root_access_keys").code == 0
    assert ccm("scan", "--from", taken, "--fail-on", "HIGH", "-c", "rds_encryption_at_rest").code == 0


def test_it_can_be_narrowed(taken: str, ccm: Ccm) -> None:
    told = json.loads(ccm("scan", "--from", taken, "--severity", "CRITICAL", "--region", "eu-west-1", "-o", "json").out)
    assert {one["region"] for one in told["findings"]} == {"global", "eu-west-1"}
    assert {one["severity"] for one in told["findings"]} == {"CRITICAL"}
    assert told["run"]["whole"] is False


def test_only_its_owner_can_read_it(taken: str, home: Path) -> None:
    assert stat.S_IMODE((home / taken).stat().st_mode) == 0o600


def test_anybody_can_unpack_it(taken: str, home: Path) -> None:
    with gzip.open(home / taken, "rt", encoding="utf-8") as lines:
        kinds = [json.loads(line)["snapshot"] for line in lines]
    assert kinds[0] == "header"
    assert kinds[1] == "account"
    assert kinds[-2:] == ["account_end", "end"]
    assert set(kinds) == {"header", "account", "population", "document", "account_end", "end"}


def test_controls_it_was_not_made_for_are_left_out_and_said(
    account: None, ccm: Ccm, monkeypatch: pytest.MonkeyPatch
) -> None:
    ccm("snapshot", FILE, "-c", "iam_mfa_all_users")
    _no_more_aws(monkeypatch)

    done = ccm("scan", "--from", FILE, "-o", "json")

    assert [one["control_id"] for one in json.loads(done.out)["scorecard"]["controls"]] == ["iam_mfa_all_users"]
    assert done.err.startswith(f"ccm: {FILE} was not made for cloudtrail_all_regions, ec2_no_open_ssh, ")
    named = ccm("scan", "--from", FILE, "-c", "ec2_no_open_ssh", "-o", "json")
    assert named.code == 3
    assert {one["evidence"]["error"]["code"] for one in json.loads(named.out)["findings"]} == {"NotCollected"}
    assert "--from: the snapshot was made for none of these controls" in refused(
        ccm("scan", "--from", FILE, "--severity", "HIGH")
    )


def test_a_free_form_control_is_left_out_and_said(
    account: None, ccm: Ccm, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "own").mkdir(mode=0o700)
    (home / "own" / "free.py").write_text(
        "from ccm_engine import BaseCheck, CheckStatus\n\n\n"
        "class Free(BaseCheck):\n"
        '    """It asks by itself."""\n\n'
        "    def __init__(self):\n"
        '        super().__init__("free", "Free", "It asks by itself.")\n\n'
        "    def run(self):\n"
        '        return self.create_result(CheckStatus.PASS, "fine")\n'
    )
    monkeypatch.setenv("CCM_CONTROLS_DIR", str(home / "own"))
    monkeypatch.setenv("CCM_CONTROLS", ",".join((*FIRST, "free")))
    done = ccm("snapshot", FILE, "-c", "free", "-c", "iam_mfa_all_users")
    assert done.err == "ccm: free is free-form: what it asks for by itself is not in the snapshot\n"

    left = ccm("scan", "--from", FILE, "-o", "json")
    named = json.loads(ccm("scan", "--from", FILE, "-c", "free", "-o", "json").out)

    assert "was not made for" in left.err
    assert "free" in left.err
    assert [(one["status"], one["evidence"]["error"]["code"]) for one in named["findings"]] == [
        ("ERROR", "NotCollected")
    ]


def test_an_account_that_refuses_is_in_it(account: None, ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1")
    role = ("--role-arn", "arn:aws:iam::111122223333:role/audit", "--external-id", "example")

    done = ccm("snapshot", FILE, *role)

    assert done.code == 3
    assert "not read: sts:AssumeRole failed: EndpointConnectionError" in done.out
    told = json.loads(ccm("scan", "--from", FILE, "-o", "json").out)
    assert {one["account_id"] for one in told["findings"]} == {"111122223333"}
    assert {one["status"] for one in told["findings"]} == {"ERROR"}


def test_a_snapshot_that_fails_leaves_nothing_behind(ccm: Ccm, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    refused(ccm("snapshot", FILE))
    assert os.listdir(home) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["snapshot", "taken.json"], "FILE: taken.json: a snapshot is packed with gzip; end its name with .gz"),
        (["snapshot", FILE], f"FILE: {FILE} cannot be written (it exists already); name another file"),
        (["snapshot", "no/where.gz"], "FILE: no/where.gz cannot be written (No such file or directory)"),
        (["snapshot", "b.gz", "-c", "nosuch"], "there is no control 'nosuch'"),
        (["snapshot"], "Missing argument"),
        (["scan", "--from", FILE, "--profile", "x"], "--from: a file is judged without asking anybody"),
        (["scan", "--from", FILE, "--dry-run"], "--from: a file is judged without asking anybody"),
        (["scan", "--from", "nosuch.gz"], "--from: nosuch.gz: it cannot be read (No such file or directory)"),
        (["scan", "--from", "."], "--from: .: it cannot be read (Is a directory)"),
        (
            ["scan", "--from", FILE, "--account", "111122223333"],
            "account 111122223333 is not in it; it holds 123456789012",
        ),
        (
            ["scan", "--from", FILE, "--region", "us-west-2"],
            "region us-west-2 is not in it; it holds eu-west-1, us-east-1",
        ),
        (["scan", "--from", FILE, "-c", "nosuch"], "there is no control 'nosuch'"),
    ],
)
def test_a_wrong_word_is_one_line(taken: str, ccm: Ccm, arguments: list[str], told: str) -> None:
    assert told in refused(ccm(*arguments))


def _lines(home: Path) -> list[dict[str, Any]]:
    with gzip.open(home / FILE, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _with(lines: list[dict[str, Any]], number: int, **changed: Any) -> str:
    lines[number - 1] = {**lines[number - 1], **changed}
    return "".join(f"{json.dumps(line)}\n" for line in lines)


def test_a_damaged_file_is_one_line(taken: str, ccm: Ccm, home: Path) -> None:
    packed, lines = (home / taken).read_bytes(), _lines(home)
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    damaged: dict[str, tuple[bytes, str]] = {
        "cut": (packed[:-20], "it is cut off or damaged; take the snapshot again"),
        "bit": (packed[:500] + bytes([packed[500] ^ 1]) + packed[501:], ""),
        "no-gzip": (b"hello", "it is no gzip file; give one that ccm snapshot wrote"),
        "empty": (gzip.compress(b""), "it is no snapshot"),
        "export": (gzip.compress(b'{"export":"header"}\n'), "it is an export of the record, which ccm verify reads"),
        "list": (gzip.compress(b"[]\n"), "line 1: it is no JSON object"),
        "words": (gzip.compress(b"words\n"), "line 1: Expecting value"),
        "newer": (gzip.compress(_with(_lines(home), 1, format=9).encode()), "it has format 9, and this engine reads 1"),
        "no-end": (gzip.compress("".join(text.splitlines(True)[:-1]).encode()), "its end is missing"),
        "half": (gzip.compress(text[: len(text) // 2].encode()), "it is cut off"),
        "odd": (
            gzip.compress(_with(_lines(home), 2, snapshot="odd").encode()),
            "line 2: a record 'odd' is out of place",
        ),
        "bare": (
            gzip.compress(_with(_lines(home), 2, id=None, regions=3).encode()),
            "line 2: 'int' object is not iterable",
        ),
        "deep": (gzip.compress(b"[" * 100_000 + b"\n"), "line 1: "),
    }
    for name, (data, told) in damaged.items():
        (home / f"{name}.gz").write_bytes(data)
        line = refused(ccm("scan", "--from", f"{name}.gz"))
        assert line.startswith(f"ccm: --from: {name}.gz: "), line
        assert told in line
