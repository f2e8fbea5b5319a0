"""IAM users with what they can sign in with, as IAM describes them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from raw_documents import ACCOUNT_ID, NOW, Estate, Raw, denied, document

from ccm_engine.core.document import Document, Failure
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.resources.aws.iam import AccessKey, User

CREATED = datetime(2025, 1, 1, tzinfo=UTC)
NO_PASSWORD = denied("iam:GetLoginProfile", "NoSuchEntity")


def ago(**span: float) -> datetime:
    """Return a moment so long before the run: `ago(days=3)`."""
    return NOW - timedelta(**span)


def key(
    made: datetime, used: datetime | None = None, *, status: str = "Active", owner: str = "ann", place: int = 0
) -> Document:
    """Return an access key; `used` None is never."""
    key_id = f"AKIAIOSFODNN7EXAMPL{place}"
    item = {"UserName": owner, "AccessKeyId": key_id, "Status": status, "CreateDate": made}
    last = {"LastUsedDate": used, "ServiceName": "s3", "Region": "us-east-1"}
    told: Raw = {
        "UserName": owner,
        "AccessKeyLastUsed": last if used else {"ServiceName": "N/A", "Region": "N/A"},
    }
    return document(AccessKey, item, {"key_used_on": told}, GLOBAL, above={"UserName": owner})


def person(
    *keys: Document,
    name: str = "ann",
    created: datetime = CREATED,
    password: datetime | Failure | None = None,
    signed_in: datetime | None = None,
    devices: Sequence[str] = (),
) -> Estate:
    """Return an account with one user: its keys, when its password was made and last used, its MFA devices."""
    item = {
        "Path": "/",
        "UserName": name,
        "UserId": "AIDAJQABLZS4A3QDU576Q",
        "Arn": f"arn:aws:iam::{ACCOUNT_ID}:user/{name}",
        "CreateDate": created,
        **({"PasswordLastUsed": signed_in} if signed_in else {}),
    }
    profile: Raw | Failure = password if isinstance(password, Failure) else NO_PASSWORD
    if isinstance(password, datetime):
        profile = {"LoginProfile": {"UserName": name, "CreateDate": password, "PasswordResetRequired": False}}
    factors = [{"UserName": name, "SerialNumber": serial, "EnableDate": created} for serial in devices]
    answers: dict[str, Raw | Failure] = {
        "password_made_on": profile,
        "mfa_devices": {"MFADevices": factors, "IsTruncated": False},
    }
    return Estate().add(User, document(User, item, answers, GLOBAL)).add(AccessKey, *keys)
