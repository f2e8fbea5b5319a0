"""`ccm_engine.scan`: one call, one report, nothing kept; and importing the package costs no AWS SDK."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from first_controls import FIRST
from moto import mock_aws

import ccm_engine
from ccm_engine.app.discovery import discover
from ccm_engine.app.enabling import by_default
from ccm_engine.clouds.aws.sessions import SessionError
from ccm_engine.core.vocabulary import Status
from ccm_engine.demo import builders

GROUP = "ec2_no_open_ssh"


@pytest.fixture(autouse=True)
def settings_of_tests(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine's own AWS settings reaches a test."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "CCM_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def session() -> Iterator[boto3.Session]:
    """An account with one group that is open to the world."""
    with mock_aws():
        session = boto3.Session(region_name="us-east-1")
        make = session.client
        rules = [builders.opening(22, source="0.0.0.0/0")]
        builders.group(lambda _, region: make("ec2", region_name=region), "bastion", "us-east-1", "SSH", rules)
        yield session


def test_a_scan_is_the_contracts_example(session: boto3.Session, tmp_path: Path) -> None:
    report = ccm_engine.scan(session=session, controls=[GROUP], regions=["us-east-1"])

    card = report.scorecard
    assert (card.score, card.grade, card.coverage) == (0.0, "F", 100.0)
    assert card.critical_failures == (GROUP,)
    (finding,) = [one for one in report.findings if one.status == "FAIL"]
    assert (finding.control_id, finding.account_id, finding.region) == (GROUP, "123456789012", "us-east-1")
    assert (finding.resource_type, finding.reason) == (
        "AWS::EC2::SecurityGroup",
        "bastion admits SSH from 0.0.0.0/0",
    )
    assert finding.resource_id.startswith("sg-")
    assert finding.resource_arn == f"arn:aws:ec2:us-east-1:123456789012:security-group/{finding.resource_id}"
    assert finding.evidence["facts"]["ingress[0].ranges[0].cidr"] == "0.0.0.0/0"
    assert {source["call"] for source in finding.evidence["sources"]} == {
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeManagedPrefixLists",
    }
    assert list(tmp_path.iterdir()) == []


def test_all_controls_are_judged_when_none_is_named(session: boto3.Session) -> None:
    report = ccm_engine.scan(session, regions=["us-east-1"])

    assert report.scorecard.total_controls == len(by_default(discover()))
    judged = {result.face.id: result.status for result in report.scorecard.controls}
    assert {judged[control_id] for control_id in FIRST} <= {Status.PASS, Status.FAIL}


def test_nothing_is_remembered_between_two_scans(session: boto3.Session) -> None:
    before = ccm_engine.scan(session, [GROUP], ["us-east-1"])
    ec2 = session.client("ec2")
    (bastion,) = ec2.describe_security_groups(GroupNames=["bastion"])["SecurityGroups"]
    ec2.delete_security_group(GroupId=bastion["GroupId"])

    after = ccm_engine.scan(session, [GROUP], ["us-east-1"])

    assert (before.scorecard.grade, after.scorecard.grade) == ("F", "A")


def test_without_a_session_boto3s_own_rules_find_one(session: boto3.Session) -> None:
    report = ccm_engine.scan(controls=[GROUP], regions=["us-east-1"])

    assert {finding.account_id for finding in report.findings} == {"123456789012"}


def test_the_enabled_regions_are_asked_when_none_is_named(
    session: boto3.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

    enabled = [one for one in RegionsAndZonesBackend.regions if one.name in ("us-east-1", "eu-west-3", "cn-north-1")]
    monkeypatch.setattr(RegionsAndZonesBackend, "regions", enabled)

    report = ccm_engine.scan(session, [GROUP])

    assert {finding.region for finding in report.findings} == {"us-east-1", "eu-west-3"}


@pytest.mark.parametrize(
    ("controls", "regions", "said"),
    [
        (["ec2_no_open_shh"], ["us-east-1"], "there is no control 'ec2_no_open_shh'; did you mean ec2_no_open_ssh"),
        (["nonsense"], ["us-east-1"], "there is no control 'nonsense'; see ccm controls list"),
        ([GROUP], ["us-eest-1"], "there is no AWS region 'us-eest-1'; did you mean us-west-1 or us-east-1"),
        ([GROUP], ["us-east-1", "moon"], "there is no AWS region 'moon'; regions look like us-east-1"),
        (["nonsense"], None, "there is no control 'nonsense'; see ccm controls list"),
    ],
)
def test_what_does_not_exist_is_one_line_with_near_names(
    session: boto3.Session, controls: list[str], regions: list[str] | None, said: str
) -> None:
    with pytest.raises(ValueError, match="there is no") as refused:
        ccm_engine.scan(session, controls, regions)

    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("empty", [{"controls": []}, {"regions": []}])
def test_an_empty_choice_is_refused(session: boto3.Session, empty: dict[str, list[str]]) -> None:
    """What judges nothing would look like an account in which nothing is wrong."""
    with pytest.raises(ValueError, match=r"^(controls|regions) is empty; name at least one, or give None for all"):
        ccm_engine.scan(session, **empty)


@pytest.mark.parametrize("own", [True, False])
def test_without_credentials_it_is_one_line(own: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(SessionError) as refused:
        ccm_engine.scan(boto3.Session() if own else None, [GROUP], ["us-east-1"])

    assert str(refused.value) == "no AWS credentials; set AWS_PROFILE, or run aws configure"


def test_an_unknown_profile_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobodys")

    with pytest.raises(SessionError) as refused:
        ccm_engine.scan(controls=[GROUP], regions=["us-east-1"])

    assert str(refused.value) == "AWS profile 'nobodys' is not configured; see aws configure list-profiles"


def test_an_endpoint_that_nobody_serves_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
    monkeypatch.setattr("ccm_engine.clouds.aws.calls.random.uniform", lambda _low, _high: 0.0)

    with pytest.raises(SessionError, match=r"^AWS cannot be asked whose credentials these are \(Could not connect"):
        ccm_engine.scan(controls=[GROUP], regions=["us-east-1"])


@pytest.mark.parametrize("code", ["import ccm_engine", "import ccm_engine; ccm_engine.scan; ccm_engine.BaseCheck"])
def test_importing_the_package_loads_no_aws_sdk(code: str) -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    ).stdout.split()

    assert "ccm_engine" in loaded
    assert not {"boto3", "botocore", "s3transfer", "urllib3"} & set(loaded)
