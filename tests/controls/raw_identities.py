"""IAM users and the account summary, as IAM describes them."""

from datetime import UTC, datetime

from raw_documents import ACCOUNT_ID, Estate, Raw, document

from ccm_engine.core.document import Document, Failure
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.resources.aws.iam import RootUser, User

VIRTUAL = f"arn:aws:iam::{ACCOUNT_ID}:mfa/dev-user"
PASSKEY = f"arn:aws:iam::{ACCOUNT_ID}:u2f/user/dev-user/passkey-0A1B2C3D"
HARDWARE = "GAKT000123"


def user(*serials: str, name: str = "dev-user", refused: Failure | None = None) -> Document:
    """Return a user with these MFA devices, or with the refusal to tell them."""
    item = {
        "Path": "/",
        "UserName": name,
        "UserId": "AIDAJQABLZS4A3QDU576Q",
        "Arn": f"arn:aws:iam::{ACCOUNT_ID}:user/{name}",
        "CreateDate": datetime(2025, 1, 1, tzinfo=UTC),
    }
    enabled = datetime(2025, 2, 1, tzinfo=UTC)
    devices = [{"UserName": name, "SerialNumber": serial, "EnableDate": enabled} for serial in serials]
    answer: Raw | Failure = refused or {"MFADevices": devices, "IsTruncated": False}
    return document(User, item, {"mfa_devices": answer}, GLOBAL)


def identities(*users: Document) -> Estate:
    """Return an account with these users."""
    return Estate().add(User, *users)


def root(summary: Raw | Failure) -> Estate:
    """Return an account whose IAM summary says this."""
    answer: Raw | Failure = summary if isinstance(summary, Failure) else {"SummaryMap": summary}
    return Estate().add(RootUser, document(RootUser, {}, {"access_keys": answer}, GLOBAL))
