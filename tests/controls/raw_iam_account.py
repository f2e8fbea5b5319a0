"""What IAM tells of the account as a whole, as IAM describes it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from raw_documents import ACCOUNT_ID, NOW, US, Estate, Raw, denied, document

from ccm_engine.core.document import Failure
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.resources.aws.iam import RootUser
from ccm_engine.resources.aws.iam_policies import AdministratorAccess, CloudShellFullAccess, SupportAccess
from ccm_engine.resources.aws.iam_report import ReportedCredentials
from ccm_engine.resources.aws.iam_settings import Federation, IdentityCenter, PasswordRules, ServerCertificate
from ccm_engine.resources.aws.organizations import Membership

NO_PASSWORD_POLICY = denied("iam:GetAccountPasswordPolicy", "NoSuchEntity")
NOT_THE_MANAGER = denied("iam:ListOrganizationsFeatures", "AccountNotManagementOrDelegatedAdministratorException")
NO_ORGANIZATION = denied("organizations:DescribeOrganization", "AWSOrganizationsNotInUseException")
STRONG: Mapping[str, Any] = {
    "MinimumPasswordLength": 14,
    "RequireSymbols": True,
    "RequireNumbers": True,
    "RequireUppercaseCharacters": True,
    "RequireLowercaseCharacters": True,
    "AllowUsersToChangePassword": True,
    "ExpirePasswords": True,
    "MaxPasswordAge": 90,
    "PasswordReusePrevention": 24,
}
COLUMNS = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,"
    "access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,"
    "access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,"
    "cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
)


def passwords(policy: Raw | Failure = STRONG, **changed: Any) -> Estate:
    """Return an account with this password policy, or STRONG but for some members (None: the member is missing)."""
    told: Raw | Failure = policy
    if not isinstance(policy, Failure):
        whole = {**policy, **changed}
        told = {"PasswordPolicy": {name: value for name, value in whole.items() if value is not None}}
    return Estate().add(PasswordRules, document(PasswordRules, {}, {"password_policy": told}, GLOBAL))


def organization(feature_set: str = "ALL", *, manager: str = "111122223333") -> Raw:
    """Return an organization as its members see it."""
    return {
        "Organization": {
            "Id": "o-a1b2c3d4e5",
            "Arn": f"arn:aws:organizations::{manager}:organization/o-a1b2c3d4e5",
            "FeatureSet": feature_set,
            "MasterAccountArn": f"arn:aws:organizations::{manager}:account/o-a1b2c3d4e5/{manager}",
            "MasterAccountId": manager,
            "MasterAccountEmail": "owner@example.com",
            "AvailablePolicyTypes": [],
        }
    }


def member(told: Raw | Failure) -> Estate:
    """Return an account that this organization holds, or none."""
    return Estate().add(Membership, document(Membership, {}, {"organization": told}, GLOBAL))


def root_user(
    *,
    mfa: int = 1,
    passwords: int | None = 1,
    devices: Sequence[tuple[str, str]] = (),
    features: Sequence[str] | Failure = NOT_THE_MANAGER,
    organization_of: Raw | Failure = NO_ORGANIZATION,
) -> Estate:
    """Return an account with this root user; `devices` are virtual ones: serial number and whose."""
    summary = {"AccountMFAEnabled": mfa, "AccountAccessKeysPresent": 0, "Users": 3, "MFADevices": len(devices)}
    if passwords is not None:
        summary["AccountPasswordPresent"] = passwords
    virtual = [
        {"SerialNumber": serial, "User": {"Arn": holder, "UserId": "x"}, "EnableDate": NOW}
        for serial, holder in devices
    ]
    told: Raw | Failure = (
        features
        if isinstance(features, Failure)
        else {"OrganizationId": "o-a1b2c3d4e5", "EnabledFeatures": list(features)}
    )
    answers: dict[str, Raw | Failure] = {
        "mfa_enabled": {"SummaryMap": summary},
        "virtual_devices": {"VirtualMFADevices": virtual, "IsTruncated": False},
        "organization_features": told,
    }
    return member(organization_of).add(RootUser, document(RootUser, {}, answers, GLOBAL))


def report(
    signed_in: str = "no_information",
    first_key: str = "N/A",
    second_key: str = "N/A",
    *,
    made: datetime = NOW,
    name: str = "<root_account>",
) -> Raw:
    """Return a credential report with a user, and the root user whose credentials were last used then."""
    lines = [
        COLUMNS,
        _line("ann", "2026-03-06T11:00:00+00:00", "N/A", "N/A"),
        _line(name, signed_in, first_key, second_key),
    ]
    return {"Content": "\n".join(lines).encode(), "ReportFormat": "text/csv", "GeneratedTime": made}


def _line(name: str, signed_in: str, first_key: str, second_key: str) -> str:
    used = {4: signed_in, 10: first_key, 15: second_key}
    told = [name, f"arn:aws:iam::{ACCOUNT_ID}:root", "2025-01-01T00:00:00+00:00", *["N/A"] * 19]
    return ",".join(used.get(place, value) for place, value in enumerate(told))


def reported(told: Raw | Failure) -> Estate:
    """Return an account of which IAM reports this."""
    return Estate().add(ReportedCredentials, document(ReportedCredentials, {}, {"credential_report": told}, GLOBAL))


def federated(*, saml: int = 0, oidc: int = 0, centers: Sequence[str] = (), regions: Sequence[str] = (US,)) -> Estate:
    """Return an account with so many identity providers, and instances of Identity Center with these statuses."""
    arn = f"arn:aws:iam::{ACCOUNT_ID}:"
    answers: dict[str, Raw | Failure] = {
        "saml_providers": {"SAMLProviderList": [{"Arn": f"{arn}saml-provider/{i}"} for i in range(saml)]},
        "oidc_providers": {"OpenIDConnectProviderList": [{"Arn": f"{arn}oidc-provider/{i}"} for i in range(oidc)]},
    }
    found = [
        document(IdentityCenter, {"InstanceArn": f"arn:aws:sso:::instance/ssoins-{i}", "Status": status}, {})
        for i, status in enumerate(centers)
    ]
    estate = Estate(*regions).add(Federation, document(Federation, {}, answers, GLOBAL))
    return estate.add(IdentityCenter, *found)


def entities(*, users: Sequence[str] = (), groups: Sequence[str] = (), roles: Sequence[str] = ()) -> Raw:
    """Return to whom a policy is attached."""
    return {
        "PolicyUsers": [{"UserName": name, "UserId": "AIDAX"} for name in users],
        "PolicyGroups": [{"GroupName": name, "GroupId": "AGPAX"} for name in groups],
        "PolicyRoles": [{"RoleName": name, "RoleId": "AROAX"} for name in roles],
        "IsTruncated": False,
    }


def administrators(told: Raw | Failure, sso: Sequence[str] = ()) -> Estate:
    """Return an account where AdministratorAccess is attached to these; `sso` are Identity Center's own roles."""
    answers = {"admin_roles": told, "sso_roles": entities(roles=sso)}
    return Estate().add(AdministratorAccess, document(AdministratorAccess, {}, answers, GLOBAL))


def shells(told: Raw | Failure) -> Estate:
    """Return an account where AWSCloudShellFullAccess is attached to these."""
    return Estate().add(CloudShellFullAccess, document(CloudShellFullAccess, {}, {"shell_roles": told}, GLOBAL))


def supporters(told: Raw | Failure) -> Estate:
    """Return an account where AWSSupportAccess is attached to these."""
    return Estate().add(SupportAccess, document(SupportAccess, {}, {"support_roles": told}, GLOBAL))


def certificate(expires: datetime) -> Estate:
    """Return an account with one certificate in IAM."""
    item = {
        "Path": "/",
        "ServerCertificateName": "web",
        "ServerCertificateId": "ASCAX",
        "Arn": f"arn:aws:iam::{ACCOUNT_ID}:server-certificate/web",
        "Expiration": expires,
    }
    return Estate().add(ServerCertificate, document(ServerCertificate, item, {}, GLOBAL))
