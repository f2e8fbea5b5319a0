"""IAM: users, their keys and MFA devices, and the root user."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import ACCOUNT, Call, Exactly, One, Resource, above, ask, named
from ccm_engine.resources.aws.account import Account

ROOT_DEVICE = ":mfa/root-account-mfa-device"


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
    created_on: datetime = at("CreateDate")
    signed_in_on: datetime | None = at("PasswordLastUsed")
    # ListMFADevices is live; the credential report may be four hours old.
    mfa_devices: tuple[MfaDevice, ...] = ask("list_mfa_devices", "MFADevices", UserName="UserName")
    # When the password was made; None: there is none, and nobody signs in to the console by it.
    password_made_on: datetime | None = ask(
        "get_login_profile", "LoginProfile.CreateDate", absent=("NoSuchEntity",), UserName="UserName"
    )

    def unused_credentials(self, keys: "Iterable[AccessKey]", since: datetime) -> list[str]:
        """Return which of its password and active keys nobody has used since then, nor made since then."""
        password = self.password_made_on
        idle = ["its password"] if password and _latest(password, self.signed_in_on) < since else []
        return idle + [f"its {key.shown_as()}" for key in keys if key.is_active() and key.touched_on() < since]


class AccessKey(Resource):
    """A key with which a user calls APIs. A user has at most two."""

    type = "AWS::IAM::AccessKey"
    listed_by = Call(
        "iam",
        "list_access_keys",
        "AccessKeyMetadata",
        scope=ACCOUNT,
        under=User,
        given={"UserName": "UserName"},
        gone=("NoSuchEntity",),
    )

    id: str = at("AccessKeyId")
    arn: str = named("arn:{partition}:iam::{account_id}:user/{owner}")
    owner: str = above("UserName")
    key_status: str = at("Status")
    made_on: datetime = at("CreateDate")
    key_used_on: datetime | None = ask(
        "get_access_key_last_used", "AccessKeyLastUsed.LastUsedDate", default=None, AccessKeyId="AccessKeyId"
    )

    def is_active(self) -> bool:
        """Whether AWS takes it."""
        return self.key_status == "Active"

    def shown_as(self) -> str:
        """Tell it from the user's other key, by when it was made."""
        return f"key of {self.made_on:%Y-%m-%d}"

    def touched_on(self) -> datetime:
        """When it was last used, or made if it never was."""
        return _latest(self.made_on, self.key_used_on)

    def is_left_over(self, owner_made_on: datetime, seconds: int) -> bool:
        """Whether it was made together with its user, within so many seconds, and never used."""
        return self.key_used_on is None and abs(self.made_on - owner_made_on) <= timedelta(seconds=seconds)


def active(keys: Iterable[AccessKey]) -> list[AccessKey]:
    """Return those that AWS takes."""
    return [key for key in keys if key.is_active()]


class VirtualMfaDevice(Part):
    """An authenticator app that somebody has."""

    device_serial: str = at("SerialNumber")
    holder_arn: str | None = at("User.Arn")

    def is_roots(self) -> bool:
        """Whether the root user has it: AWS names it so, unless it was named otherwise when it was made."""
        return self.device_serial.endswith(ROOT_DEVICE) or (self.holder_arn or "").endswith(":root")


class RootUser(Account):
    """The account's root user, as IAM's account summary tells of it."""

    listed_by = One("iam", scope=ACCOUNT)

    access_keys: int = ask("get_account_summary", "SummaryMap.AccountAccessKeysPresent")
    mfa_enabled: int = ask("get_account_summary", "SummaryMap.AccountMFAEnabled")
    # AWS tells it since organizations can take root passwords away; where it does not, there is one.
    passwords: int = ask("get_account_summary", "SummaryMap.AccountPasswordPresent", default=1)
    virtual_devices: tuple[VirtualMfaDevice, ...] = ask(
        "list_virtual_mfa_devices", "VirtualMFADevices", AssignmentStatus=Exactly("Assigned")
    )
    # None: only the organization's management account and its delegate may ask, or it is not turned on.
    organization_features: tuple[str, ...] | None = ask(
        "list_organizations_features",
        "EnabledFeatures",
        absent=(
            "AccountNotManagementOrDelegatedAdministratorException",
            "OrganizationNotFoundException",
            "OrganizationNotInAllFeaturesModeException",
            "ServiceAccessNotEnabledException",
        ),
    )

    def cannot_sign_in(self) -> bool:
        """Whether it has no password: central root management took it away."""
        return not self.passwords

    def has_virtual_device(self) -> bool:
        """Whether an authenticator app is among its second factors."""
        return any(device.is_roots() for device in self.virtual_devices)


def _latest(made: datetime, used: datetime | None) -> datetime:
    return max(made, used) if used else made
