"""`ccm frameworks`, `ccm attest` and `--framework`: what auditors ask for, and how it stands."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from moto import mock_aws

from ccm_engine.cli.main import run

from .accounts import open_group, user
from .conftest import Ccm, own_settings, refused

OWN = """\
id: house
name: House rules
version: "7"
requirements:
  "1": {text: Ports stay shut, controls: [ec2_no_open_ssh]}
  "2": {text: Root has no keys, controls: [iam_no_root_access_keys]}
  "3": {text: Staff are trained}
  "4": {text: Keys are few, controls: [keys_are_few]}
"""
SOON = f"{datetime.now(UTC) + timedelta(days=60):%Y-%m-%d}"
ATTEST = ("attest", "house:3", "--name", "Ada Lovelace", "--text", "All staff were trained.", "--expires", SOON)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The record of one run over a failing account, made once."""
    directory = tmp_path_factory.mktemp("record")
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in own_settings(directory).items():
            patch.setenv(name, value)
        patch.chdir(directory)
        user("alice")
        open_group("web", "eu-west-1")
        assert run(["scan", "-o", "json"]) == 1
    return directory / "ccm.db"


@pytest.fixture(autouse=True)
def own(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The house's own framework."""
    folder = home / "frameworks"
    folder.mkdir(mode=0o755)
    (folder / "house.yaml").write_text(OWN)
    monkeypatch.setenv("CCM_FRAMEWORKS_DIR", str(folder))
    return folder


@pytest.fixture
def scanned(record: Path, home: Path) -> None:
    """A copy of that record, with the key that signs it."""
    for file in record.parent.glob("ccm.db*"):
        shutil.copy(file, home / file.name)


def statuses(told: str) -> dict[str, str]:
    return {one["id"]: one["status"] for one in json.loads(told)["requirements"]}


def test_each_requirement_is_told_honestly(scanned: None, ccm: Ccm) -> None:
    told = ccm("frameworks", "show", "house", "-o", "json").out
    assert statuses(told) == {"1": "failing", "2": "satisfied", "3": "needs_person", "4": "not_judged"}
    found = json.loads(told)
    assert found["shares"] == {"automated": 25.0, "attested": 0.0, "failing": 25.0, "open": 50.0}
    assert (found["met_percent"], found["score"]) == (25.0, 50.0)
    assert found["requirements"][3]["controls"] == [{"control_id": "keys_are_few", "status": None}]


def test_an_attestation_is_recorded_shown_and_verifies(scanned: None, ccm: Ccm, home: Path) -> None:
    (home / "list.csv").write_text("ada,grace\n")
    done = ccm(*ATTEST, "--attachment", "list.csv")
    assert (done.code, done.err) == (0, "")
    assert f"house:3: attested by Ada Lovelace until {SOON}" in done.out
    told = ccm("frameworks", "show", "house", "-o", "json").out
    assert statuses(told)["3"] == "attested"
    assert json.loads(told)["shares"]["attested"] == 25.0
    picture = ccm("frameworks", "show", "house").out
    assert "25.0 % automated, 25.0 % attested; 25.0 % failing, 25.0 % open" in picture
    assert "Ada Lovelace on" in picture
    assert f"until {SOON}" in picture
    assert ccm("verify").code == 0
    assert ccm("rebuild").code == 0
    assert ccm("frameworks", "show", "house", "-o", "json").out == told


def test_the_past_is_told_as_it_stood(scanned: None, ccm: Ccm) -> None:
    before = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    assert ccm(*ATTEST).code == 0
    assert statuses(ccm("frameworks", "show", "house", "-o", "json").out)["3"] == "attested"
    assert statuses(ccm("frameworks", "show", "house", "--at", before, "-o", "json").out)["3"] == "needs_person"
    assert "nothing was recorded yet" in refused(ccm("frameworks", "show", "house", "--at", "2020-01-01"))


def test_all_are_listed_with_their_shares(scanned: None, ccm: Ccm) -> None:
    found = {one["id"]: one for one in json.loads(ccm("frameworks", "list", "-o", "json").out)["items"]}
    assert {"house", "soc2", "cis_aws_5.0"} <= set(found)
    for one in found.values():
        assert round(sum(one["shares"].values()), 6) == 100.0
        assert sum(one["counts"].values()) == one["requirements_total"]
    picture = ccm("frameworks", "list").out
    assert [word for word in ("AUTOMATED", "ATTESTED", "OPEN", "House rules 7") if word not in picture] == []


def test_without_a_record_nothing_is_judged(ccm: Ccm, home: Path) -> None:
    done = ccm("frameworks", "show", "house", "-o", "json")
    assert "run `ccm scan` first" in done.err
    assert set(statuses(done.out).values()) == {"not_judged", "needs_person"}
    assert not (home / "ccm.db").exists()
    assert "run `ccm scan` first" in refused(ccm(*ATTEST))


def test_what_controls_judge_and_what_there_is_not_is_refused(scanned: None, ccm: Ccm) -> None:
    rest = ATTEST[2:]
    assert "house:1 is judged by ec2_no_open_ssh" in refused(ccm("attest", "house:1", *rest))
    assert "there is no framework 'hous'" in refused(ccm("attest", "hous:1", *rest))
    assert "--expires" in refused(ccm(*ATTEST[:-1], "2020-01-01"))
    assert "there is no framework 'sock2'; did you mean soc2" in refused(ccm("frameworks", "show", "sock2"))


def test_findings_of_a_framework(scanned: None, ccm: Ccm) -> None:
    found = json.loads(ccm("findings", "--all", "--framework", "house", "-o", "json").out)["items"]
    assert {one["control_id"] for one in found} == {"ec2_no_open_ssh", "iam_no_root_access_keys"}


def test_controls_of_a_framework_and_of_a_severity(ccm: Ccm) -> None:
    def listed(*options: str) -> set[str]:
        return {one["control_id"] for one in json.loads(ccm("controls", "list", "-o", "json", *options).out)["items"]}

    assert listed("--framework", "house") == {"ec2_no_open_ssh", "iam_no_root_access_keys"}
    assert listed("--severity", "critical") == {"ec2_no_open_ssh", "iam_no_root_access_keys", "iam_mfa_all_users"}
    assert listed("--severity", "critical", "--framework", "hipaa") < listed("--framework", "hipaa")
    entries = json.loads(ccm("controls", "list", "-o", "json", "--framework", "house").out)["items"]
    assert all("house" in one["frameworks"] for one in entries)


def test_a_scan_of_a_framework_judges_its_controls_alone(account: None, ccm: Ccm) -> None:
    done = ccm("scan", "--no-store", "--framework", "house", "-o", "json")
    controls = {one["control_id"] for one in json.loads(done.out)["scorecard"]["controls"]}
    assert controls == {"ec2_no_open_ssh", "iam_no_root_access_keys"}
    assert "no framework 'x'" in refused(ccm("scan", "--no-store", "--framework", "x"))
    none = ccm("scan", "--no-store", "--framework", "house", "--severity", "low")
    assert "--framework: no chosen control helps to show house and is LOW" in refused(none)


def test_a_file_that_is_wrong_is_one_line(ccm: Ccm, own: Path) -> None:
    (own / "house.yaml").write_text(OWN.replace("text: Ports stay shut, ", ""))
    assert "house.yaml: line 5: requirement 1 lacks text" in refused(ccm("frameworks", "list"))
