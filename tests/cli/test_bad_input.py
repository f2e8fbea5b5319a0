"""Every mistake a person can make is one line on stderr that names it and the mend, and exit code 2."""

import os
import socket
from pathlib import Path

import pytest

from .conftest import Ccm, refused


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["scan", "-c", "iam_mfa_all_user"], "no control 'iam_mfa_all_user'; did you mean iam_mfa_all_users?"),
        (["scan", "--no-store", "-c", "nosuch"], "no control 'nosuch'; see ccm controls list"),
        (["scan", "--region", "us-esat-1"], "no AWS region 'us-esat-1'; did you mean"),
        (["scan", "--no-store", "--region", "us-esat-1"], "no AWS region 'us-esat-1'; did you mean"),
        (["scan", "--severity", "bad"], "--severity: 'bad' is not one of"),
        (["scan", "--severity", "low"], "--severity: no chosen control is LOW; see ccm controls list"),
        (["scan", "--fail-on", "bad"], "--fail-on: 'bad' is not one of"),
        (["scan", "-o", "pdf"], "'pdf' is not one of"),
        (["scan", "--account", "12"], "--account: '12' is no account id of 12 digits"),
        (["scan", "--account", "111122223333"], "CCM_ORG_ROLE_NAME is needed to reach account 111122223333"),
        (["scan", "--profile", "nope"], "AWS profile 'nope' is not configured"),
        (["scan", "--role-arn", "nope"], "--role-arn: 'nope' is no role"),
        (["scan", "--role-arn", "arn:aws:iam::111122223333:role/x"], "CCM_EXTERNAL_ID is needed"),
        (["scan", "--role-arn", "x", "--account", "111122223333"], "--account: --role-arn names the account already"),
        (["scan", "--export", "report.pdf"], "report.pdf: its suffix names no document; end it with one of .json"),
        (["scan", "--export", "no/where.json"], "--export: no/where.json cannot be written"),
        (["scan", "--bogus"], "No such option: --bogus"),
        (["scan", "extra"], "see ccm scan --help"),
        (["nosuch"], "No such command 'nosuch'"),
        (["controls"], "Missing command; see ccm controls --help"),
        (["controls", "show"], "Missing argument"),
        (["controls", "show", "nosuch"], "there is no control 'nosuch'"),
        (["controls", "new", "Not-Snake"], "'Not-Snake' is no control id"),
        (["controls", "new", "class"], "'class' is no control id"),
        (["controls", "new", "test_x"], "would be taken for a test"),
        (["controls", "new", "ec2_no_open_ssh"], "there is a control ec2_no_open_ssh already"),
        (["controls", "test"], "controls does not exist; begin a control with ccm controls new"),
        (["controls", "test", "nosuch.py"], "nosuch.py does not exist"),
        (["policy", "-c", "nosuch"], "there is no control 'nosuch'"),
        (["policy", "--format", "yaml"], "'yaml' is not one of"),
        (["scorecard", "--at", "yesterday"], "--at: 'yesterday' is no moment; write it as 2026-03-06T12:00:00Z"),
        (["scorecard", "--at", "2026-03-06T12:00:00"], "'2026-03-06T12:00:00' names no time zone; end it with Z"),
        (["scorecard", "--at", "0001-01-01T00:00:00+14:00"], "--at: '0001-01-01T00:00:00+14:00' is no moment"),
        (["scorecard", "--at", "9999-12-31"], "--at: 9999-12-31T00:00:00Z is in the future; give an earlier one"),
        (["frameworks", "show", "soc2", "--at", "9999-12-31"], "--at: 9999-12-31T00:00:00Z is in the future"),
        (["findings", "--status", "GOOD"], "--status: 'GOOD' is not one of"),
        (["findings", "--all", "--status", "FAIL"], "--status: --all means every status"),
        (
            ["history", "ec2_no_open_ssh", "--limit", "0"],
            "--limit: Input should be greater than or equal to 1; see ccm history",
        ),
        (["serve", "--port", "99999"], "--port: Input should be less than or equal to 65535"),
        (["serve", "--host", "192.0.2.1"], "192.0.2.1 is not loopback"),
    ],
)
def test_a_wrong_word(account: None, ccm: Ccm, arguments: list[str], told: str) -> None:
    assert told in refused(ccm(*arguments))


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("CHECK_INTERVAL_MINUTES", "soon", "CHECK_INTERVAL_MINUTES:"),
        ("CHECK_INTERVAL_MINUTES", "0", "CHECK_INTERVAL_MINUTES:"),
        ("CCM_STORE", "ccm.db", "CCM_STORE: the value has no '://'"),
        ("CCM_STORE", "mysql://me:hunter2@host/x", "CCM_STORE: 'mysql' is no kind of store"),
        ("CCM_STORE", "sqlite:///no/such/ccm.db", "does not exist; create it"),
        ("CCM_CONTROLS", "nosuch", "CCM_CONTROLS: there is no control, framework or severity 'nosuch'"),
        ("CCM_CONTROLS_DIR", "nosuch", "CCM_CONTROLS_DIR: nosuch cannot be read"),
        ("CCM_REGIONS", "us-esat-1", "no AWS region 'us-esat-1'"),
        ("CCM_ALERT_ON", "always", "CCM_ALERT_ON: 'always' is none of"),
        ("CCM_SNS_TOPIC_ARN", "topic", "CCM_SNS_TOPIC_ARN"),
        ("CCM_SLACK_WEBHOOK_URL", "hunter2", "CCM_SLACK_WEBHOOK_URL"),
        ("CCM_ACCOUNTS", "me", "CCM_ACCOUNTS: 'me' is no account id"),
        ("CCM_LOG_FORMAT", "xml", "CCM_LOG_FORMAT"),
    ],
)
def test_a_wrong_setting(
    account: None, ccm: Ccm, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    line = refused(ccm("scan"))
    assert told in line
    assert "hunter2" not in line


def test_missing_credentials(account: None, ccm: Ccm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    mend = "no AWS credentials; set AWS_PROFILE, or run aws configure"
    for command in (["scan"], ["scan", "--no-store"], ["serve", "--port", "0"]):
        assert mend in refused(ccm(*command))


@pytest.mark.parametrize("content", ["a: [", "CCM_STOER: x", "just text", "CHECK_INTERVAL_MINUTES: soon"])
def test_a_broken_ccm_yaml(ccm: Ccm, home: Path, content: str) -> None:
    (home / "ccm.yaml").write_text(content)
    assert "ccm.yaml" in (line := refused(ccm("scan"))) or "CHECK_INTERVAL_MINUTES" in line


def test_a_store_that_is_no_store(account: None, ccm: Ccm, home: Path) -> None:
    (home / "ccm.db").write_text("this is not a database, it only has the name of one")
    for command in (["scan"], ["init"], ["scorecard"], ["rebuild"]):
        assert "sqlite:///ccm.db" in refused(ccm(*command))
    assert (home / "ccm.db").read_text().startswith("this is not")


def test_a_store_that_is_a_directory(account: None, ccm: Ccm, home: Path) -> None:
    (home / "ccm.db").mkdir()
    for command in (["scan"], ["init"]):
        assert "is a directory" in refused(ccm(*command))


def test_a_port_in_use(account: None, ccm: Ccm, home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refused(ccm("serve", "--port", str(port))) == (
            f"ccm: port {port} is in use; choose another with --port or CCM_PORT"
        )
    # No run began that nobody can look at.
    assert "nothing is recorded" in refused(ccm("scorecard"))


@pytest.mark.parametrize(
    "command",
    [["scorecard"], ["findings"], ["history", "ec2_no_open_ssh"], ["scorecard", "--at", "2026-03-06"], ["rebuild"]],
)
def test_no_record_yet(ccm: Ccm, home: Path, command: list[str]) -> None:
    assert "run `ccm scan` first" in refused(ccm(*command))
    assert os.listdir(home) == []


@pytest.mark.parametrize("command", [["scorecard"], ["findings"], ["history", "ec2_no_open_ssh"]])
def test_an_empty_record(ccm: Ccm, home: Path, command: list[str]) -> None:
    assert ccm("init").code == 0
    assert "run `ccm scan` first" in refused(ccm(*command))


def test_what_the_record_does_not_hold(account: None, ccm: Ccm) -> None:
    assert ccm("scan", "-c", "iam_mfa_all_users").code == 0
    assert "account 111122223333 is not in the record" in refused(ccm("scorecard", "--account", "111122223333"))
    assert "account 111122223333 is not in the record" in refused(ccm("findings", "--account", "111122223333"))
    assert "nothing was recorded yet at 2020-01-01" in refused(ccm("scorecard", "--at", "2020-01-01"))
    assert "there is no control 'nosuch'" in refused(ccm("history", "nosuch"))
    assert "there is no control 'nosuch'" in refused(ccm("findings", "-c", "nosuch"))


def test_an_export_that_cannot_be_is_told_before_any_call(ccm: Ccm, home: Path) -> None:
    # Nothing is emulated here, and no store is made: had the scan begun, it would show.
    (home / "taken.json").mkdir()
    assert "--export: taken.json cannot be written" in refused(ccm("scan", "--export", "taken.json"))
    assert os.listdir(home) == ["taken.json"]


def test_controls_that_others_may_write_to(ccm: Ccm, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "own").mkdir()
    (home / "own").chmod(0o777)
    monkeypatch.setenv("CCM_CONTROLS_DIR", "own")
    assert "chmod go-w own" in refused(ccm("controls", "list"))


@pytest.mark.parametrize(
    ("arguments", "name", "value", "told"),
    [
        (["init"], "CCM_CHECKPOINT_BUCKET", "some-checkpoints", "CCM_CHECKPOINT_BUCKET: "),
        (["init"], "CCM_SIGNING_KEY", "arn:aws:kms:us-east-1:123456789012:alias/ccm", "CCM_SIGNING_KEY: "),
        (["policy", "--org"], "CCM_ORG_ROLE_NAME", "ccm-engine", ""),
    ],
)
def test_a_profile_that_is_not_there_is_said_wherever_the_engine_needs_its_own(
    ccm: Ccm, monkeypatch: pytest.MonkeyPatch, arguments: list[str], name: str, value: str, told: str
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nope")
    monkeypatch.setenv(name, value)
    said = refused(ccm(*arguments))
    assert f"{told}AWS profile 'nope' is not configured; see aws configure list-profiles" in said
