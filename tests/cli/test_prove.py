"""`ccm prove`: a proof in a file or on stdout, and one line where there is none to give."""

import json
import sqlite3
from pathlib import Path

import boto3
import pytest

from .conftest import Ccm, refused

REGION = "us-east-1"


@pytest.fixture
def group(account: None, ccm: Ccm) -> str:
    """The id of a security group that a recorded scan has judged."""
    ec2 = boto3.client("ec2", region_name=REGION)
    made = ec2.create_security_group(GroupName="web", Description="web")["GroupId"]
    assert ccm("scan", "-c", "ec2_no_open_ssh", "-o", "json").code == 0
    return made


def test_a_proof_goes_to_stdout_and_verify_takes_it(ccm: Ccm, group: str, home: Path) -> None:
    done = ccm("prove", "ec2_no_open_ssh", group)
    assert (done.code, done.err) == (0, "")
    proof = json.loads(done.out)
    assert proof["finding"]["resource_id"] == group
    (home / "proof.json").write_text(done.out)
    assert ccm("verify", "proof.json", "--key", proof["verifier_key"]).code == 0
    proof["finding"]["status"] = "FAIL"
    (home / "proof.json").write_text(json.dumps(proof))
    broken = ccm("verify", "proof.json", "-o", "json")
    assert broken.code == 4
    assert json.loads(broken.out)["holds"] is False


def test_a_proof_goes_to_a_file(ccm: Ccm, group: str, home: Path) -> None:
    done = ccm("prove", group, "--region", REGION, "--output", "proof.json")
    assert (done.code, done.out) == (0, "")
    assert done.err == f"ccm: proof.json proves: PASS of ec2_no_open_ssh on {group}; check it: ccm verify proof.json\n"
    key = json.loads((home / "proof.json").read_text())["key"]
    assert json.loads(ccm("prove", key).out)["key"] == key
    assert [one.name for one in home.iterdir() if one.name.endswith(".part")] == []


def test_what_fits_several_is_listed_in_one_line(ccm: Ccm, group: str) -> None:
    line = refused(ccm("prove", "ec2_no_open_ssh"))
    assert "name one: ec2_no_open_ssh sg-" in line
    assert f"--account 123456789012 --region {REGION}" in line


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["sg-none"], "no finding stands that is 'sg-none'; ccm findings --all lists them"),
        (["ec2_no_open_ssh", "--account", "1"], "--account: '1' is no account id of 12 digits; see ccm prove --help"),
        (["ec2_no_open_ssh", "--region", "eu-west-9"], "no finding stands that is 'ec2_no_open_ssh' in eu-west-9"),
        ([], "Missing argument 'FINDING...'; see ccm prove --help"),
    ],
)
def test_what_there_is_not_is_named(ccm: Ccm, group: str, arguments: list[str], told: str) -> None:
    assert told in refused(ccm("prove", *arguments))


def test_a_file_that_cannot_be_written_is_named(ccm: Ccm, group: str) -> None:
    line = refused(ccm("prove", group, "--output", "none/proof.json"))
    assert "--output: none/proof.json cannot be written (No such file or directory); name another file" in line
    assert "--output: . cannot be written" in refused(ccm("prove", group, "--output", "."))


def test_an_empty_record_says_what_to_do(ccm: Ccm) -> None:
    assert "run `ccm scan` first" in refused(ccm("prove", "ec2_no_open_ssh"))


def test_a_record_that_contradicts_itself_is_4(ccm: Ccm, group: str, home: Path) -> None:
    with sqlite3.connect(home / "ccm.db") as file:
        changed = file.execute(
            "UPDATE state SET body = replace(body, 'PASS', 'FAIL') WHERE partition = 'finding/123456789012'"
        )
        assert changed.rowcount > 0
    done = ccm("prove", group)
    assert (done.code, done.out) == (4, "")
    assert "run ccm verify" in done.err
    assert done.err.count("\n") == 1
