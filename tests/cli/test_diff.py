"""`ccm diff` and `ccm history --resource`, over the store that the first version kept."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from ccm_engine.cli.main import run

KEPT = Path(__file__).parent.parent / "fixtures" / "ccm-0.1.0.db"
QUIET, OPEN, BLIND = "2026-11-23T21:22:48.2Z", "2026-11-23T21:22:49.7Z", "2026-11-23T21:22:50.42Z"
GROUP = "sg-808fb75760594444d"
Ccm = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ccm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ccm:
    """Run a command in this process, over a copy of the store whose state is made again."""
    shutil.copy(KEPT, tmp_path / "ccm.db")
    monkeypatch.chdir(tmp_path)
    for name, value in {"CCM_STORE": "sqlite:///ccm.db", "AWS_ACCESS_KEY_ID": "testing", "COLUMNS": "100"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")

    def invoke(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(arguments)
        told = capsys.readouterr()
        return code, told.out, told.err

    assert invoke("rebuild")[0] == 0
    return invoke


def test_it_tells_what_changed_and_what_that_did_to_the_score(ccm: Ccm) -> None:
    code, out, err = ccm("diff", "--from", QUIET, "--to", OPEN)
    assert (code, err) == (0, "")
    assert GROUP in out
    assert "bastion admits SSH from 0.0.0.0/0" in out
    assert "the resource changed" in out
    assert "account 123456789012: 81.0 B, then 61.9 C" in out


def test_as_json(ccm: Ccm) -> None:
    told = json.loads(ccm("diff", "--from", QUIET, "--to", OPEN, "-o", "json")[1])
    assert list(told) == ["from", "to", "score", "grade", "coverage", "accounts", "changes"]
    (change,) = told["changes"]
    assert (change["change"], change["before"], change["after"]) == ("changed", "PASS", "FAIL")
    assert (change["resource_id"], change["cause"]) == (GROUP, "resource")
    assert "actor" not in change
    other = json.loads(ccm("diff", "--from", QUIET, "--to", OPEN, "--account", "111122223333", "-o", "json")[1])
    assert other["changes"] == []
    assert [account["account_id"] for account in other["accounts"]] == ["111122223333"]


def test_what_could_not_be_read_is_told(ccm: Ccm) -> None:
    out = ccm("diff", "--from", QUIET, "--to", BLIND)[1]
    assert "rds:DescribeDBInstances failed in us-east-1: AccessDenied" in out
    assert "coverage 94.4 %" in out


def test_nothing_changed(ccm: Ccm) -> None:
    assert ccm("diff", "--from", QUIET, "--to", "2026-11-23T21:22:48.3Z")[1].endswith("no finding changed\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--from", "tomorrow"], "--from: 'tomorrow' is no moment"),
        (["--from", "2026-11-23T21:22:48"], "names no time zone; end it with Z"),
        (["--from", OPEN, "--to", QUIET], "swap them"),
        (["--from", QUIET, "--to", "9999-12-31"], "--to: 9999-12-31T00:00:00Z is in the future"),
        (["--from", "0001-01-01T00:00:00+14:00"], "--from"),
        (["--from", "2026-11-22", "--to", OPEN], "the record begins at 2026-11-23T21:22:46.869188Z"),
        (["--from", QUIET, "--to", OPEN, "--account", "444455556666"], "it holds 111122223333, 123456789012"),
        ([], "--from"),
    ],
)
def test_bad_input_is_one_line(ccm: Ccm, arguments: list[str], told: str) -> None:
    code, out, err = ccm("diff", *arguments)
    assert (code, out, len(err.splitlines())) == (2, "", 1), err
    assert told in err


def test_the_history_of_a_resource(ccm: Ccm) -> None:
    told = json.loads(ccm("history", "ec2_no_open_ssh", "--resource", GROUP, "-o", "json")[1])["items"]
    assert [one["status"] for one in told] == ["PASS", "FAIL", "PASS"]
    assert [one["until"] for one in told] == [None, told[0]["since"], told[1]["since"]]
    assert "evidence" not in told[0]
    code, out, _ = ccm("history", "ec2_no_open_ssh", "--resource", GROUP, "--limit", "2")
    assert code == 0
    assert len([line for line in out.splitlines() if "2026-11-23" in line]) == 2
    assert "123456789012, us-east-1, cause: resource" in out


def test_an_account_that_is_named_twice_is_told_once(ccm: Ccm) -> None:
    once, twice = ("--account", "123456789012"), ("--account", "123456789012") * 2
    for command in (
        ("diff", "--from", QUIET, "--to", OPEN, "-o", "json"),
        ("history", "ec2_no_open_ssh", "--resource", GROUP, "-o", "json"),
    ):
        assert ccm(*command, *twice) == ccm(*command, *once)


def test_a_resource_that_was_never_judged(ccm: Ccm) -> None:
    code, out, err = ccm("history", "ec2_no_open_ssh", "--resource", "sg-none")
    assert (code, out) == (2, "")
    assert err == (
        "ccm: ec2_no_open_ssh never judged a resource 'sg-none'; "
        "ccm findings --all -c ec2_no_open_ssh lists those that stand\n"
    )
