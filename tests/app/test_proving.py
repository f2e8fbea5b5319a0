"""Proofs from a real monitor's record: accepted by both checkers, and by neither once anything is changed."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monitoring import REGION, Bench, a_group, bench, close_ssh, open_ssh, refused
from moto import mock_aws

from ccm_engine.app.compose import checkpoints_of
from ccm_engine.app.monitor import Selection
from ccm_engine.app.proving import UnclearFindingError, Wanted, proof_of
from ccm_engine.app.recorded import NothingRecordedError
from ccm_engine.core.canonical import canonical
from ccm_engine.ledger.checkpoint import Checkpoint, open_note, read_verifier_key, verifier_key
from ccm_engine.ledger.entry import ENGINE, Entry
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.proof import ProofReport, check_proof, is_proof, words
from ccm_engine.ledger.prove import DamagedRecordError, NotProvableError, prove, verdicts_at
from ccm_engine.ledger.roots import verdict_leaf
from ccm_engine.ledger.store import Row
from ccm_engine.reports import verify_proof

ACCOUNT = "123456789012"
SCRIPT = Path(verify_proof.__file__)
Proof = dict[str, Any]


def _use_test_settings(patch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        patch.setenv(name, "testing")
    patch.setenv("AWS_DEFAULT_REGION", REGION)


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    _use_test_settings(monkeypatch)
    with mock_aws():
        yield


def _prove(room: Bench, *words_: str, **where: str) -> Proof:
    return proof_of(room.monitor.settings, room.monitor.views, Wanted(words_, **where), datetime.now(UTC))


def _script_refuses(proof: Any, key: str | None = None) -> bool:
    try:
        verify_proof.check(proof, key)
    except (verify_proof.BrokenError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return True
    return False


def _both(proof: Proof, key: str | None = None) -> ProofReport:
    """Check a proof twice, and see that both say the same."""
    report = check_proof(proof, key)
    assert _script_refuses(proof, key) is not report.holds
    return report


@pytest.fixture(scope="module")
def proofs(tmp_path_factory: pytest.TempPathFactory) -> list[Proof]:
    """The proof of a change of the last run, and of a verdict that several runs left as it was."""
    folder = tmp_path_factory.mktemp("proofs")
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        _use_test_settings(patch)
        room = bench(folder, patch, with_sns=False)
        boto3.client("iam").create_user(UserName='Zo\u00eb-"\u007f')
        group, still = a_group("web"), a_group("still")
        room.monitor.run("schedule")
        room.monitor.run("schedule")
        open_ssh(group)
        room.monitor.run("schedule")
        made = [_prove(room, "ec2_no_open_ssh", group), _prove(room, "ec2_no_open_ssh", still)]
        room.store.close()
    return [json.loads(json.dumps(proof)) for proof in made]


def test_a_failure_and_an_unchanged_pass_are_proven(proofs: list[Proof]) -> None:
    failing, passing = (_both(proof, proof["verifier_key"]) for proof in proofs)
    assert failing.holds
    assert failing.shows[0].startswith("FAIL of ec2_no_open_ssh on ")
    assert failing.unchecked == ()
    assert passing.holds
    assert passing.shows[0].startswith("PASS of ec2_no_open_ssh on ")
    steps = proofs[1]["account"]
    assert steps["commit"] != steps["latest"]  # set long ago, and still so in the latest run
    assert proofs[0]["account"]["commit"] == proofs[0]["account"]["latest"]
    assert all(is_proof(proof) for proof in proofs)


def test_without_a_key_it_is_said_what_was_not_checked(proofs: list[Proof]) -> None:
    assert "compare it with one you had another way" in _both(proofs[0]).unchecked[0]


def test_another_key_than_the_given_one_is_refused(proofs: list[Proof]) -> None:
    another = verifier_key("other", bytes(32))
    assert _both(proofs[0], another).broken == "it was signed with another key than the one given"
    assert not _both(proofs[0], "nonsense").holds


def _run(file: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    # -I -S: neither this package nor any other can be imported.
    command = [sys.executable, "-I", "-S", str(SCRIPT), str(file), *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=file.parent, check=False)


def test_the_script_alone_accepts_and_refuses(proofs: list[Proof], tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(proofs[0]))
    done = _run(file, "--key", proofs[0]["verifier_key"])
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("HOLDS: ")
    assert proofs[0]["finding"]["reason"] in done.stdout
    assert "NOT CHECKED" not in done.stdout
    assert all(line in done.stdout for line in words()["does_not_prove"])

    assert "NOT CHECKED: whose key" in _run(file).stdout

    file.write_text(json.dumps({**proofs[0], "finding": {**proofs[0]["finding"], "status": "PASS"}}))
    done = _run(file)
    assert (done.returncode, done.stderr) == (4, "")
    assert done.stdout == "BROKEN: the finding is not the one that the entry `change` sets\n"


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", "null", "1", '{"type": 1, "type": 2}', "[" * 100_000, '{"type": "ccm-engine finding proof"}'],
)
def test_what_is_no_proof_is_refused_in_one_line(text: str, tmp_path: Path) -> None:
    file = tmp_path / "proof.json"
    file.write_text(text)
    done = _run(file)
    assert (done.returncode, done.stderr) == (4, "")
    assert done.stdout.startswith("BROKEN: ")
    assert done.stdout.count("\n") == 1


def test_wrong_usage_of_the_script_is_2(tmp_path: Path) -> None:
    missing = _run(tmp_path / "none.json")
    assert missing.returncode == 2
    assert "cannot be read" in missing.stdout
    assert _run(tmp_path / "none.json", "--kee", "x").returncode == 2


def test_the_script_needs_nothing_and_stays_small() -> None:
    text = SCRIPT.read_text()
    assert len(text.splitlines()) <= 250
    imported = {line.split()[1] for line in text.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names | {"__future__"}


@given(st.text(), st.text(), st.text())
def test_the_script_writes_verdicts_as_the_engine_does(key: str, status: str, rests_on: str) -> None:
    written = json.dumps([key, status, rests_on], ensure_ascii=False, separators=(",", ":")).encode()
    assert written == canonical([key, status, rests_on]) == verdict_leaf(key, status, rests_on)


def _leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(value, dict | list) and value:
        for name, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(member, (*path, name))
    else:
        yield path, value


def _with(proof: Proof, path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Proof:
    changed = deepcopy(proof)
    holder: Any = changed
    for name in path[:-1]:
        holder = holder[name]
    change(holder, path[-1])
    return changed


def _set(value: Any) -> Callable[[Any, Any], None]:
    def change(holder: Any, name: Any) -> None:
        holder[name] = value

    return change


def _remove(holder: Any, name: Any) -> None:
    del holder[name]


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_no_character_of_a_text_can_be_changed(proofs: list[Proof], data: st.DataObject) -> None:
    proof = data.draw(st.sampled_from(proofs))
    texts = [(path, text) for path, text in _leaves(proof) if isinstance(text, str) and text]
    path, text = data.draw(st.sampled_from(texts))
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(codec="utf-8") | st.sampled_from('0aA" \n\r=+/'))
    changed = data.draw(
        st.sampled_from([text[:at] + other + text[at + 1 :], text[:at] + text[at + 1 :], text[:at] + other + text[at:]])
    )
    if changed != text:
        assert not _both(_with(proof, path, _set(changed))).holds


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_member_can_be_replaced_removed_or_added(proofs: list[Proof], data: st.DataObject) -> None:
    proof = data.draw(st.sampled_from(proofs))
    path, value = data.draw(st.sampled_from(list(_leaves(proof))))
    path = path[: data.draw(st.integers(1, len(path)))]
    value = proof
    for name in path:
        value = value[name]
    plain = st.none() | st.booleans() | st.integers(-2, 2) | st.floats() | st.text(max_size=3)
    other = data.draw(plain | st.lists(plain, max_size=2) | st.dictionaries(st.text(max_size=3), plain, max_size=2))
    if json.dumps(other) != json.dumps(value):
        assert not _both(_with(proof, path, _set(other))).holds
    assert not _both(_with(proof, path, _remove)).holds
    if isinstance(value, dict):
        assert not _both(_with(proof, path, _set({**value, "more": 1}))).holds
    if isinstance(value, list):
        assert not _both(_with(proof, path, _set([*value, *value[:1], "more"]))).holds


def test_every_character_of_note_and_key_counts(proofs: list[Proof]) -> None:
    for name in ("checkpoint", "verifier_key"):
        text = proofs[0][name]
        for at in range(len(text)):
            for other in "AQgw0=\n ":
                if other != text[at]:
                    changed = {**proofs[0], name: text[:at] + other + text[at + 1 :]}
                    assert not _both(changed).holds, (name, at, other)


def test_equal_to_python_is_not_equal(proofs: list[Proof]) -> None:
    assert proofs[0]["finding"]["blind"] is False
    assert not _both({**proofs[0], "finding": {**proofs[0]["finding"], "blind": 0}}).holds
    assert not _both({**proofs[0], "format": True}).holds
    assert not _both({**proofs[0], "format": 1.0}).holds


def test_parts_of_two_proofs_make_no_third(proofs: list[Proof]) -> None:
    failing, passing = proofs
    for name in ("key", "finding", "verdict", "account"):
        assert not _both({**failing, name: passing[name]}).holds
    for name in ("change", "commit"):
        assert not _both({**failing, "account": {**failing["account"], name: passing["account"][name]}}).holds


def test_a_newer_format_says_upgrade(proofs: list[Proof]) -> None:
    assert "upgrade" in _both({**proofs[0], "format": 2}).broken


def test_a_note_signed_by_another_key_of_the_same_name_is_refused(proofs: list[Proof]) -> None:
    class Forger:
        def __init__(self, name: str) -> None:
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

            self._key = Ed25519PrivateKey.generate()
            self.name = name
            self.public_key = self._key.public_key().public_bytes_raw()

        def sign(self, message: bytes) -> bytes:
            return self._key.sign(message)

    name, public_key = read_verifier_key(proofs[0]["verifier_key"])
    checkpoint = open_note(proofs[0]["checkpoint"], {name: public_key})
    assert not _both({**proofs[0], "checkpoint": checkpoint.signed(Forger(name))}).holds
    other = Checkpoint("ccm-engine/0123/123456789012", checkpoint.size, checkpoint.root)
    assert not _both({**proofs[0], "checkpoint": other.signed(Forger(name))}).holds


def test_a_narrower_run_since_does_not_pass_for_judging_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = bench(tmp_path, monkeypatch, with_sns=False)
    group, other = a_group("web"), a_group("other")
    whole = room.monitor.run("schedule")
    room.monitor.run("api", Selection(controls=("iam_mfa_all_users",)))
    proof = _prove(room, "ec2_no_open_ssh", group)
    assert _both(proof).holds
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
    proof = _prove(room, "ec2_no_open_ssh", group)
    assert _both(proof).holds
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
    report = _both(_prove(room, "ec2_no_open_ssh"))
    assert report.holds
    assert report.shows[0].startswith("ERROR of ec2_no_open_ssh")
    assert "in that run 1 of this control's findings could not be judged" in report.shows


def test_a_checkpoint_is_made_only_when_there_is_more_to_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch, with_sns=False, controls=("ec2_no_open_ssh",))
    group = a_group("web")
    room.monitor.run("schedule")
    first = _prove(room, group)["checkpoint"]
    assert _prove(room, group)["checkpoint"] == first
    room.monitor.run("schedule")
    assert _prove(room, group)["checkpoint"] != first
    assert _prove(room, group)["checkpoint"] == checkpoints_of(room.monitor.settings, room.store).latest()


def test_who_asks_unclearly_is_told_what_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch, with_sns=False, controls=("ec2_no_open_ssh",))
    group = a_group("web")
    room.monitor.run("schedule")
    (found,) = [one.finding for one in room.monitor.views.findings() if one.finding.resource_id == group]
    for names in ([found.key], [group], ["ec2_no_open_ssh", group], [group, "ec2_no_open_ssh"], [found.resource_arn]):
        assert _prove(room, *names)["key"] == found.key
    assert _prove(room, group, account=ACCOUNT, region=REGION)["key"] == found.key
    with pytest.raises(
        UnclearFindingError, match=r"fits \d findings; name one: ec2_no_open_ssh sg-\w+ --account"
    ) as told:
        _prove(room, "ec2_no_open_ssh")
    assert group in str(told.value)
    assert "\n" not in str(told.value)
    with pytest.raises(UnclearFindingError, match="no finding stands that is 'sg-none'"):
        _prove(room, "sg-none")
    with pytest.raises(UnclearFindingError, match="no finding stands"):
        _prove(room, group, region="eu-west-1")


def test_a_record_of_before_there_were_roots_says_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = bench(tmp_path, monkeypatch, with_sns=False, controls=("ec2_no_open_ssh",))
    group = a_group("web")
    room.monitor.run("schedule")
    (row,) = room.store.rows("run")
    told = {ACCOUNT: {name: value for name, value in row.body["accounts"][ACCOUNT].items() if name != "root"}}
    room.store.write([Row("run", row.sort, row.seq, {**row.body, "accounts": told})])
    with pytest.raises(NothingRecordedError, match="run ccm scan, then prove it again"):
        _prove(room, group)


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
    _prove(room, group)
    for row in list(room.store.rows(partition)):
        lie = {"hashes": row.body["hashes"][::-1]} if "hashes" in row.body else {**row.body, "status": "FAIL"}
        room.store.write([Row(partition, row.sort, row.seq, lie)])
    with pytest.raises(DamagedRecordError, match="ccm verify"):
        _prove(room, group)
    Journal(room.store).rebuild()
    assert _both(_prove(room, group)).holds


def _more(room: Bench) -> list[Entry]:
    from ccm_engine.ledger.entry import Draft, chain

    at = datetime.now(UTC)
    return chain(ENGINE, room.store.head(ENGINE), [Draft("change", at, {})], at)
