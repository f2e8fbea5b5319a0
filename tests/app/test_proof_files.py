"""Proof files: accepted by both checkers, and by neither once anything is changed."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from monitoring import a_group, bench, open_ssh
from moto import mock_aws
from proof_checks import Proof, both, proven, use_test_settings

from ccm_engine.core.canonical import canonical
from ccm_engine.ledger.checkpoint import Checkpoint, open_note, read_verifier_key, verifier_key
from ccm_engine.ledger.proof import is_proof, words
from ccm_engine.ledger.roots import verdict_leaf
from ccm_engine.reports import verify_proof

SCRIPT = Path(verify_proof.__file__)


@pytest.fixture(autouse=True)
def _account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    use_test_settings(monkeypatch)
    with mock_aws():
        yield


@pytest.fixture(scope="module")
def proofs(tmp_path_factory: pytest.TempPathFactory) -> list[Proof]:
    """The proof of a change of the last run, and of a verdict that several runs left as it was."""
    folder = tmp_path_factory.mktemp("proofs")
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        use_test_settings(patch)
        room = bench(folder, patch, with_sns=False)
        boto3.client("iam").create_user(UserName='Zo\u00eb-"\u007f')
        group, still = a_group("web"), a_group("still")
        room.monitor.run("schedule")
        room.monitor.run("schedule")
        open_ssh(group)
        room.monitor.run("schedule")
        made = [proven(room, "ec2_no_open_ssh", group), proven(room, "ec2_no_open_ssh", still)]
        room.store.close()
    return [json.loads(json.dumps(proof)) for proof in made]


def test_a_failure_and_an_unchanged_pass_are_proven(proofs: list[Proof]) -> None:
    failing, passing = (both(proof, proof["verifier_key"]) for proof in proofs)
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
    assert "compare it with one you had another way" in both(proofs[0]).unchecked[0]


def test_another_key_than_the_given_one_is_refused(proofs: list[Proof]) -> None:
    another = verifier_key("other", bytes(32))
    assert both(proofs[0], another).broken == "it was signed with another key than the one given"
    assert not both(proofs[0], "nonsense").holds


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


@settings(max_examples=150, deadline=None)
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
        assert not both(_with(proof, path, _set(changed))).holds


@settings(max_examples=120, deadline=None)
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
        assert not both(_with(proof, path, _set(other))).holds
    assert not both(_with(proof, path, _remove)).holds
    if isinstance(value, dict):
        assert not both(_with(proof, path, _set({**value, "more": 1}))).holds
    if isinstance(value, list):
        assert not both(_with(proof, path, _set([*value, *value[:1], "more"]))).holds


def test_every_character_of_note_and_key_counts(proofs: list[Proof]) -> None:
    for name in ("checkpoint", "verifier_key"):
        text = proofs[0][name]
        for at in range(len(text)):
            for other in "AQgw0=\n ":
                if other != text[at]:
                    changed = {**proofs[0], name: text[:at] + other + text[at + 1 :]}
                    assert not both(changed).holds, (name, at, other)


def test_equal_to_python_is_not_equal(proofs: list[Proof]) -> None:
    assert proofs[0]["finding"]["blind"] is False
    assert not both({**proofs[0], "finding": {**proofs[0]["finding"], "blind": 0}}).holds
    assert not both({**proofs[0], "format": True}).holds
    assert not both({**proofs[0], "format": 1.0}).holds


def test_parts_of_two_proofs_make_no_third(proofs: list[Proof]) -> None:
    failing, passing = proofs
    for name in ("key", "finding", "verdict", "account"):
        assert not both({**failing, name: passing[name]}).holds
    for name in ("change", "commit"):
        assert not both({**failing, "account": {**failing["account"], name: passing["account"][name]}}).holds


def test_a_newer_format_says_upgrade(proofs: list[Proof]) -> None:
    assert "upgrade" in both({**proofs[0], "format": 2}).broken


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
    assert not both({**proofs[0], "checkpoint": checkpoint.signed(Forger(name))}).holds
    other = Checkpoint("ccm-engine/0123/123456789012", checkpoint.size, checkpoint.root)
    assert not both({**proofs[0], "checkpoint": other.signed(Forger(name))}).holds
