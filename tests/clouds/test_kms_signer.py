"""Signing with KMS: on ministack, which has Ed25519 keys, and on a server of our own for what goes wrong."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3
import pytest
from benchmarks import ministack as emulator
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ccm_engine.clouds.aws.kms_signer import KmsSigner
from ccm_engine.ledger.checkpoint import Checkpoint, open_note
from ccm_engine.ledger.signer import SigningError

ARN = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


class Kms(ThreadingHTTPServer):
    """KMS with one key, as its JSON protocol shows it. `failure` is the error code it answers with."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.key = Ed25519PrivateKey.generate()
        self.spec = "ECC_NIST_EDWARDS25519"
        self.public = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.failure = ""
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.scopes: list[str] = []

    def answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        self.asked.append((operation, asked))
        if operation == "GetPublicKey":
            public = base64.b64encode(self.public).decode()
            return {"KeyId": ARN, "KeySpec": self.spec, "KeyUsage": "SIGN_VERIFY", "PublicKey": public}
        assert (asked["SigningAlgorithm"], asked["MessageType"]) == ("ED25519_SHA_512", "RAW")
        return {"Signature": base64.b64encode(self.key.sign(base64.b64decode(asked["Message"]))).decode()}


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Kms

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.scopes.append(self.headers["Authorization"])
        status, told = 200, {}
        if self.server.failure:
            status, told = 400, {"__type": self.server.failure, "message": "not\nnow"}
        else:
            told = self.server.answer(self.headers["X-Amz-Target"].removeprefix("TrentService."), asked)
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.1")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def kms(monkeypatch: pytest.MonkeyPatch) -> Iterator[Kms]:
    """A KMS on loopback, which is all that boto3 knows."""
    with Kms() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield server
        server.shutdown()
        thread.join()


def _refusal(arn: str = ARN) -> str:
    with pytest.raises(SigningError) as refused:
        KmsSigner(arn, boto3.Session())
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_checkpoint_is_signed(kms: Kms) -> None:
    signer = KmsSigner(ARN, boto3.Session())
    note = Checkpoint("ccm-engine/0123456789abcdef/engine", 3, bytes(32)).signed(signer)
    assert open_note(note, {signer.name: signer.public_key}).size == 3
    assert signer.public_key == kms.key.public_key().public_bytes_raw()
    assert [operation for operation, _ in kms.asked] == ["GetPublicKey", "Sign"]
    assert {asked["KeyId"] for _, asked in kms.asked} == {ARN}
    assert all("/eu-west-1/kms/" in scope for scope in kms.scopes)


def test_another_kind_of_key_is_refused(kms: Kms) -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    kms.public = other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    kms.spec = "ECC_NIST_P256"
    assert _refusal() == (
        f"{ARN} is a key of spec ECC_NIST_P256 for SIGN_VERIFY, and checkpoints carry Ed25519 signatures; "
        "make one with: aws kms create-key --key-spec ECC_NIST_EDWARDS25519 --key-usage SIGN_VERIFY"
    )
    kms.spec = "ECC_NIST_EDWARDS25519"
    assert "not Ed25519" in _refusal()
    kms.public = b"no key"
    assert "can be read" in _refusal()


@pytest.mark.parametrize(
    ("code", "mend"),
    [
        ("AccessDeniedException", "allow kms:GetPublicKey and kms:Sign on it"),
        ("NotFoundException", "make the key, or correct CCM_SIGNING_KEY"),
        ("DisabledException", "enable the key"),
        ("UnsupportedOperationException", "make one with: aws kms create-key"),
    ],
)
def test_what_kms_refuses_is_told_with_the_mend(kms: Kms, code: str, mend: str) -> None:
    kms.failure = code
    assert _refusal().startswith(f"KMS refused {ARN}: {code}: not now; {mend}")


def test_a_key_that_stops_signing_is_told(kms: Kms) -> None:
    signer = KmsSigner(ARN, boto3.Session())
    kms.failure = "DisabledException"
    with pytest.raises(SigningError, match="enable the key"):
        signer.sign(b"text")


def test_an_answer_that_is_not_of_kms_is_told(kms: Kms, monkeypatch: pytest.MonkeyPatch) -> None:
    signer = KmsSigner(ARN, boto3.Session())
    monkeypatch.setattr(kms, "answer", lambda *_: {"message": "a page of somebody else's"})
    told = f"what answers for {ARN} is no KMS; look at AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_KMS"
    assert _refusal() == told
    with pytest.raises(SigningError, match="is no KMS"):
        signer.sign(b"a checkpoint")


def test_an_alias_that_leads_elsewhere_is_told(kms: Kms) -> None:
    signer = KmsSigner(ARN.replace("key/1234abcd-12ab-34cd-56ef-1234567890ab", "alias/ccm"), boto3.Session())
    assert signer.sign(b"text")
    kms.key = Ed25519PrivateKey.generate()
    with pytest.raises(SigningError, match="another key than at the start"):
        signer.sign(b"text")


def test_a_kms_that_is_not_there_is_told(kms: Kms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", "http://127.0.0.1:9")
    assert _refusal().startswith(f"KMS cannot be reached for {ARN}: ")


@pytest.mark.parametrize("arn", ["arn:aws:s3:::bucket", "arn:aws:kms:eu-west-1:12:key/x", "arn:aws:kms"])
def test_what_is_no_arn_of_a_key_is_told(arn: str) -> None:
    assert _refusal(arn).startswith(f"{arn} is not the ARN of a KMS key; it looks like arn:aws:kms:")


def test_with_a_key_of_ministack(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    with emulator.running(tmp_path_factory.mktemp("kms"), "kms") as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", address)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        session = boto3.Session()
        make: Any = session.client  # its overloads know services by literal names only
        client = make("kms", region_name="us-east-1")
        arn = client.create_key(KeySpec="ECC_NIST_EDWARDS25519", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
        signer = KmsSigner(arn, session)
        Ed25519PublicKey.from_public_bytes(signer.public_key).verify(signer.sign(b"text"), b"text")
        other = client.create_key(KeySpec="RSA_2048", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
        assert "key of spec RSA_2048" in _refusal(other)
        assert "NotFoundException" in _refusal(arn[:-4] + "0000")
