"""Making proofs from a real monitor's record, whatever runs came since, or saying why there is none."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
import pytest
from monitoring import REGION, Bench, a_group, bench, close_ssh, open_ssh, refused
from moto import mock_aws
from proof_checks import both, proven, use_test_settings

from ccm_engine.app.compose import checkpoints_of
from ccm_engine.app.monitor import Selection
from ccm_engine.app.proving import UnclearFindingError
from ccm_engine.app.recorded import NothingRecordedError
from ccm_engine.ledger.entry import ENGINE, Entry
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.prove import DamagedRecordError, NotProvableError, prove, verdicts_at
from ccm_engine.ledger.store import Row

ACCOUNT = "123456789012"


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    use_test_settings(monkeypatch)
    with mock_aws():
        yield


def test_a_narrower_run_since_does_not_pass_for_judging_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = bench(tmp_path, monkeypatch, with_sns=False)
    group, other = a_group("web"), a_group("other")
    whole = room.monitor.run("schedule")
    room.monitor.run("api", Selection(controls=("iam_mfa_all_users",)))
    proof = proven(room, "ec2_no_open_ssh", group)
    assert both(proof).holds
    assert json.loads(proof["account"]["latest"]["entry"])["body"]["run_id"] == whole.run["run_id"]

    open_ssh(other)  # what changed since is taken back to how it stood in the run that is proven
    room.monitor.run("api", Selection(controls=("ec2_no_open_ssh",)))
    close_ssh(other)
    narrow = room.monitor.run("api", Selection(controls=("ec2_no_open_ssh",)))
    iam = boto3.client("iam")
    iam.create_user(UserName="new")
    iam.create_user(UserName="brief")
    room.monitor.run("api", Selection(controls=("iam_mfa_all_users",)))
    iam.delete_user(UserName="brief")
    room.monitor.run("api", Selection(controls=("iam_mfa_all_users",)))
    proof = proven(room, "ec2_no_open_ssh", group)
    assert both(proof).holds
    assert json.loads(proof["account"]["latest"]["entry"])["body"]["run_id"] == narrow.run["run_id"]


def test_verdicts_of_any_run_are_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch, with_sns=False, controls=("ec2_no_open_ssh",))
    group = a_group("web")
    stood: dict[int, dict[str, tuple[str, str]]] = {}

    def run() -> None:
        outcome = room.monitor.run("schedule")
        known = room.monitor.views.known(ACCOUNT)
        verdicts = {one.finding.key: (one.finding.status.value, one.rests_on) for one in known}
        stood[outcome.run["accounts"][ACCOUNT]["seq"]] = verdicts

    run()
    open_ssh(group)
    run()
    more = a_group("more")
    run()
    with refused(room, "DescribeSecurityGroups"):
        run()
    close_ssh(group)
    run()
    boto3.client("ec2", region_name=REGION).delete_security_group(GroupId=more)
    run()
    more = a_group("more")
    run()
    for seq, verdicts in stood.items():
        assert verdicts_at(room.store, ACCOUNT, seq) == verdicts


def test_what_could_not_be_judged_is_proven_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch, with_sns=False, controls=("ec2_no_open_ssh",))
    with refused(room, "DescribeSecurityGroups"):
        room.monitor.run("schedule")
    report = both(proven(room, "ec2_no_open_ssh"))
    assert report.holds
    assert report.shows[0].startswith("ERROR of ec2_no_open_ssh")
    assert "in that run 1 of this control's findings could not be judged" in report.shows


def test_a_checkpoint_is_made_only_when_there_is_more_to_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch, with_sns=False, controls=("ec2_no_open_ssh",))
    group = a_group("web")
    room.monitor.run("schedule")
    first = proven(room, group)["checkpoint"]
    assert proven(room, group)["checkpoint"] == first
    room.monitor.run("schedule")
    assert proven(room, group)["checkpoint"] != first
    assert proven(room, group)["checkpoint"] == checkpoints_of(room.monitor.settings, room.store).latest()


def test_who_asks_unclearly_is_told_what_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch, with_sns=False, controls=("ec2_no_open_ssh",))
    group = a_group("web")
    room.monitor.run("schedule")
    (found,) = [one.finding for one in room.monitor.views.findings() if one.finding.resource_id == group]
    for names in ([found.key], [group], ["ec2_no_open_ssh", group], [group, "ec2_no_open_ssh"], [found.resource_arn]):
        assert proven(room, *names)["key"] == found.key
    assert proven(room, group, account=ACCOUNT, region=REGION)["key"] == found.key
    with pytest.raises(
        UnclearFindingError, match=r"fits \d findings; name one: ec2_no_open_ssh sg-\w+ --account"
    ) as told:
        proven(room, "ec2_no_open_ssh")
    assert group in str(told.value)
    assert "\n" not in str(told.value)
    with pytest.raises(UnclearFindingError, match="no finding stands that is 'sg-none'"):
        proven(room, "sg-none")
    with pytest.raises(UnclearFindingError, match="no finding stands"):
        proven(room, group, region="eu-west-1")


def test_a_record_of_before_there_were_roots_says_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch, with_sns=False, controls=("ec2_no_open_ssh",))
    group = a_group("web")
    room.monitor.run("schedule")
    (row,) = room.store.rows("run")
    told = {ACCOUNT: {name: value for name, value in row.body["accounts"][ACCOUNT].items() if name != "root"}}
    room.store.write([Row("run", row.sort, row.seq, {**row.body, "accounts": told})])
    with pytest.raises(NothingRecordedError, match="run ccm scan, then prove it again"):
        proven(room, group)


def test_a_checkpoint_older_than_the_change_does_not_prove_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch, with_sns=False, controls=("ec2_no_open_ssh",))
    group = a_group("web")
    room.monitor.run("schedule")
    checkpoints = checkpoints_of(room.monitor.settings, room.store)
    old = checkpoints.publish(datetime.now(UTC))
    open_ssh(group)
    room.monitor.run("schedule")
    (key,) = [one.finding.key for one in room.monitor.views.findings() if one.finding.resource_id == group]
    with pytest.raises(NotProvableError, match="no run under the checkpoint vouches"):
        prove(room.store, ACCOUNT, key, old, checkpoints.verifier_key)
    with pytest.raises(NotProvableError, match="no finding 'none' stands"):
        prove(room.store, ACCOUNT, "none", old, checkpoints.verifier_key)


@pytest.mark.parametrize("partition", [f"finding/{ACCOUNT}", f"tile/{ENGINE}"])
def test_state_that_lies_yields_no_proof(partition: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch, with_sns=False, controls=("ec2_no_open_ssh",))
    group = a_group("web")
    room.monitor.run("schedule")
    for _ in range(300 if partition.startswith("tile") else 0):
        room.store.append(_more(room))
    Journal(room.store).catch_up()
    proven(room, group)
    for row in list(room.store.rows(partition)):
        lie = {"hashes": row.body["hashes"][::-1]} if "hashes" in row.body else {**row.body, "status": "FAIL"}
        room.store.write([Row(partition, row.sort, row.seq, lie)])
    with pytest.raises(DamagedRecordError, match="ccm verify"):
        proven(room, group)
    Journal(room.store).rebuild()
    assert both(proven(room, group)).holds


def _more(room: Bench) -> list[Entry]:
    from ccm_engine.ledger.entry import Draft, chain

    at = datetime.now(UTC)
    return chain(ENGINE, room.store.head(ENGINE), [Draft("change", at, {})], at)
