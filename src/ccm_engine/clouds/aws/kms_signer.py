"""A signing key that never leaves AWS KMS."""

import re
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from ccm_engine.ledger.signer import SigningError, key_name

SPEC, ALGORITHM = "ECC_NIST_EDWARDS25519", "ED25519_SHA_512"
HOW = f"make one with: aws kms create-key --key-spec {SPEC} --key-usage SIGN_VERIFY"
_ARN = re.compile(r"arn:aws[a-z-]*:kms:(?P<region>[a-z0-9-]+):[0-9]{12}:(key|alias)/[A-Za-z0-9/_-]{1,256}")
_MENDS = {
    "AccessDeniedException": "allow kms:GetPublicKey and kms:Sign on it",
    "NotFoundException": "make the key, or correct CCM_SIGNING_KEY",
    "DisabledException": "enable the key",
    "KMSInvalidStateException": "enable the key, or cancel its deletion",
    "UnsupportedOperationException": HOW,
    "InvalidKeyUsageException": HOW,
}


class KmsSigner:
    """The asymmetric KMS key with this ARN (of the key or of an alias), asked in its own region; a Signer.

    Asks for the public key once, at the beginning. Every method raises SigningError with one line.
    """

    def __init__(self, arn: str, session: boto3.Session) -> None:
        form = _ARN.fullmatch(arn)
        if form is None:
            raise SigningError(
                f"{arn} is not the ARN of a KMS key; "
                "it looks like arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
            )
        self.arn = arn
        make: Any = session.client  # its overloads know services by literal names only
        config = Config(connect_timeout=5, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 3})
        try:
            self._kms = make("kms", region_name=form["region"], config=config)
        except (BotoCoreError, ValueError) as error:
            raise SigningError(f"KMS cannot be reached for {arn}: {error}") from error
        self._key = self._public_key()
        self.public_key = self._key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.name = key_name(self.public_key)

    def sign(self, message: bytes) -> bytes:
        """Return the 64 bytes of the Ed25519 signature over `message`, at most 4,096 bytes."""
        how = {"MessageType": "RAW", "SigningAlgorithm": ALGORITHM}
        signature: bytes = self._ask("sign", "Signature", Message=message, **how)["Signature"]
        try:
            # An alias may lead to another key by now, whose signatures nobody could check.
            self._key.verify(signature, message)
        except InvalidSignature as error:
            raise SigningError(f"{self.arn} signs with another key than at the start; start again") from error
        return signature

    def _public_key(self) -> Ed25519PublicKey:
        told = self._ask("get_public_key", "KeySpec", "KeyUsage", "PublicKey")
        if told["KeySpec"] != SPEC or told["KeyUsage"] != "SIGN_VERIFY":
            raise SigningError(
                f"{self.arn} is a key of spec {told['KeySpec']} for {told['KeyUsage']}, "
                f"and checkpoints carry Ed25519 signatures; {HOW}"
            )
        try:
            key = load_der_public_key(told["PublicKey"])
        except (ValueError, UnsupportedAlgorithm) as error:
            raise SigningError(f"KMS gave no public key for {self.arn} that can be read") from error
        if not isinstance(key, Ed25519PublicKey):
            raise SigningError(f"KMS gave a public key for {self.arn} that is not Ed25519; {HOW}")
        return key

    def _ask(self, operation: str, *wanted: str, **arguments: Any) -> dict[str, Any]:
        """Return KMS's answer, which has the `wanted` members."""
        try:
            answer: dict[str, Any] = getattr(self._kms, operation)(KeyId=self.arn, **arguments)
        except ClientError as error:
            told = error.response.get("Error", {})
            code = told.get("Code", "unknown")
            said = " ".join(str(told.get("Message", "")).split())
            mend = f"; {_MENDS[code]}" if code in _MENDS else ""
            raise SigningError(f"KMS refused {self.arn}: {code}: {said}{mend}") from error
        except BotoCoreError as error:
            raise SigningError(f"KMS cannot be reached for {self.arn}: {error}") from error
        if not all(answer.get(name) for name in wanted):
            mend = "look at AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_KMS"
            raise SigningError(f"what answers for {self.arn} is no KMS; {mend}")
        return answer
