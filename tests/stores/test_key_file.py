"""The key file: made once, for its owner alone, and refused when it is anything else."""

import os
import stat
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from ccm_engine.ledger.signer import SigningError
from ccm_engine.stores.key_file import KeyFile


def _refusal(path: Path) -> str:
    with pytest.raises(SigningError) as refused:
        KeyFile(path)
    assert "\n" not in str(refused.value)
    assert str(path) in str(refused.value)
    return str(refused.value)


def test_a_key_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made = KeyFile.make(tmp_path / "ccm.db.key")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "ccm.db.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["ccm.db.key"]
    Ed25519PublicKey.from_public_bytes(made.public_key).verify(made.sign(b"text"), b"text")


def test_a_key_that_is_there_is_taken(tmp_path: Path) -> None:
    made = KeyFile.make(tmp_path / "key")
    data = (tmp_path / "key").read_bytes()
    again = KeyFile.make(tmp_path / "key")
    assert (again.name, again.public_key) == (made.name, made.public_key)
    assert KeyFile(tmp_path / "key").public_key == made.public_key
    assert (tmp_path / "key").read_bytes() == data


def test_many_that_make_it_at_once_have_one_key(tmp_path: Path) -> None:
    found: set[bytes] = set()
    together = threading.Barrier(8)

    def make() -> None:
        together.wait()
        found.add(KeyFile.make(tmp_path / "key").public_key)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_key_of_openssl_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(
        # The private key of RFC 8410, section 10.3.
        "-----BEGIN PRIVATE KEY-----\n"
        "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
        "-----END PRIVATE KEY-----\n"
    )
    path.chmod(0o400)
    assert KeyFile(path).public_key.hex() == "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620, 0o601])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    KeyFile.make(tmp_path / "key")
    (tmp_path / "key").chmod(mode)
    assert _refusal(tmp_path / "key") == (
        f"{tmp_path}/key may be read by others (mode {mode:04o}); run: chmod 600 {tmp_path}/key"
    )


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    _put(tmp_path / "key", ec.generate_private_key(ec.SECP256R1()).private_bytes(*_PLAIN))
    assert "another kind than Ed25519; make one with: umask 077; openssl" in _refusal(tmp_path / "key")


def test_a_key_under_a_passphrase_is_refused(tmp_path: Path) -> None:
    locked = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"word")
    )
    _put(tmp_path / "key", locked)
    assert "passphrase" in _refusal(tmp_path / "key")


@pytest.mark.parametrize("data", [b"", b"secret words", b"-----BEGIN PRIVATE KEY-----\nMC4CAQ", b"\xff\x00" * 100])
def test_what_is_no_key_is_refused_and_not_shown(tmp_path: Path, data: bytes) -> None:
    _put(tmp_path / "key", data)
    told = _refusal(tmp_path / "key")
    assert "no private key in PEM" in told
    assert "secret" not in told


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert "there is no file" in _refusal(tmp_path / "nothing")
    assert "is a directory" in _refusal(tmp_path)
    with pytest.raises(SigningError, match=r"cannot be made .* CCM_SIGNING_KEY"):
        KeyFile.make(tmp_path / "nowhere" / "key")


_PLAIN = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _put(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    path.chmod(0o600)
