"""IAM: users, their MFA devices, and the root user's keys."""

from datetime import datetime

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import ACCOUNT, Call, One, Resource, ask
from ccm_engine.resources.aws.account import Account


class MfaDevice(Part):
    """A second factor of any kind: virtual, hardware, or a passkey."""

    serial: str = at("SerialNumber")
    enabled_on: datetime | None = at("EnableDate")


class User(Resource):
    """An IAM user: a long-lived identity with credentials of its own."""

    type = "AWS::IAM::User"
    listed_by = Call("iam", "list_users", "Users", scope=ACCOUNT)

    id: str = at("UserName")
    arn: str = at("Arn")
    # ListMFADevices is live; the credential report may be four hours old.
    mfa_devices: tuple[MfaDevice, ...] = ask("list_mfa_devices", "MFADevices", UserName="UserName")


class RootUser(Account):
    """The account's root user, as IAM's account summary tells of it."""

    listed_by = One("iam", scope=ACCOUNT)

    access_keys: int = ask("get_account_summary", "SummaryMap.AccountAccessKeysPresent")
