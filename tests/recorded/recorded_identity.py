"""The recorded account's people: users, keys, groups, roles, policies, and whom AWS writes to."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

ACCOUNT = "123456789012"
US, EU = "us-east-1", "eu-west-1"
Raw = dict[str, Any]
ClientFor = Callable[[str, str], Any]
At = Callable[[str], Any]
"""Return a context manager in which it is that day (`2025-11-02`), noon UTC."""


def policy(*statements: dict[str, Any]) -> str:
    """Return a policy as text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    """Return a statement that grants."""
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trust(principal: dict[str, str] | str, **condition: Any) -> str:
    """Return a trust policy as text."""
    told = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return policy({**told, **({"Condition": condition} if condition else {})})


CUSTOMER_POLICIES = {
    "read-reports": policy(allow("s3:GetObject", "arn:aws:s3:::reports/*")),
    "deploy": policy(allow(["ecs:UpdateService", "ecr:PutImage"])),
    "everything": policy(allow("*")),
    "all-but-iam": policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}),
    "all-of-s3": policy(allow("s3:*")),
    "all-of-one-bucket": policy(allow("s3:*", ["arn:aws:s3:::reports", "arn:aws:s3:::reports/*"])),
    "all-of-two-services": policy(allow(["dynamodb:*", "SQS:*"])),
    "everything-unattached": policy(allow("*:*")),
    "denies-only": policy({"Effect": "Deny", "Action": "*", "Resource": "*"}),
    "everything-with-mfa": policy(allow("*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})),
}

ROLES = {
    "web-server": trust({"Service": "ec2.amazonaws.com"}),
    "functions": trust({"Service": "lambda.amazonaws.com"}),
    "auditor": trust({"AWS": "arn:aws:iam::111122223333:root"}, StringEquals={"sts:ExternalId": "audit-7"}),
    "partner": trust({"AWS": "arn:aws:iam::444455556666:role/partner"}),
    "anyone": trust({"AWS": "*"}),
    "anyone-of-us": trust({"AWS": "*"}, StringEquals={"aws:PrincipalOrgID": "o-a1b2c3d4e5"}),
    "anyone-with-a-word": trust({"AWS": "*"}, StringEquals={"sts:ExternalId": "open-sesame"}),
    "github-one-repository": trust(
        {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"},
        StringLike={"token.actions.githubusercontent.com:sub": "repo:octo-org/shop:*"},
    ),
    "github-anyone": trust(
        {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"},
        StringEquals={"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"},
    ),
    "support": trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}),
    "inline-admin": trust({"Service": "ec2.amazonaws.com"}),
}


def _user(iam: Any, name: str, *, mfa: bool = True, password: bool = False) -> None:
    iam.create_user(UserName=name)
    if password:
        iam.create_login_profile(UserName=name, Password="Dummy-Password-1")
    if mfa:
        serial = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]["SerialNumber"]
        codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}
        iam.enable_mfa_device(UserName=name, SerialNumber=serial, **codes)


def people(client: ClientFor, on: At) -> None:
    """Make users with and without second factors, fresh and stale passwords and keys."""
    iam = client("iam", US)
    with on("2024-05-02"):
        for number in range(10):
            _user(iam, f"engineer-{number:02}", mfa=number % 3 != 2)
        _user(iam, "forgotten", password=True)
        _user(iam, "key-of-long-ago")
        iam.create_access_key(UserName="key-of-long-ago")
        _user(iam, "inactive-key")
        key = iam.create_access_key(UserName="inactive-key")["AccessKey"]["AccessKeyId"]
        iam.update_access_key(UserName="inactive-key", AccessKeyId=key, Status="Inactive")
    with on("2026-02-20"):
        for number in range(8):
            _user(iam, f"analyst-{number:02}", mfa=number % 4 != 3, password=True)
        _user(iam, "two-keys")
        _user(iam, "born-with-a-key", password=True)
        iam.create_access_key(UserName="born-with-a-key")
        for _ in range(2):
            iam.create_access_key(UserName="two-keys")
    with on("2026-01-10"):
        for number in range(4):
            iam.create_access_key(UserName=f"engineer-{number:02}")
    for name in ("engineer-00", "engineer-01"):
        iam.attach_user_policy(UserName=name, PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    iam.put_user_policy(UserName="engineer-02", PolicyName="own", PolicyDocument=CUSTOMER_POLICIES["read-reports"])
    iam.put_user_policy(UserName="engineer-03", PolicyName="admin", PolicyDocument=CUSTOMER_POLICIES["everything"])


def grants(client: ClientFor) -> None:
    """Make policies, groups and roles, narrow and wide."""
    iam = client("iam", US)
    arns = {
        name: iam.create_policy(PolicyName=name, PolicyDocument=text)["Policy"]["Arn"]
        for name, text in CUSTOMER_POLICIES.items()
    }
    for group in ("engineers", "analysts", "admins", "inline-admins", "empty"):
        iam.create_group(GroupName=group)
    for group, names in {
        "engineers": ("deploy", "all-of-two-services", "denies-only"),
        "analysts": ("read-reports", "all-of-one-bucket", "all-of-s3"),
        "admins": ("everything", "all-but-iam", "everything-with-mfa"),
    }.items():
        for name in names:
            iam.attach_group_policy(GroupName=group, PolicyArn=arns[name])
    iam.put_group_policy(GroupName="inline-admins", PolicyName="all", PolicyDocument=CUSTOMER_POLICIES["everything"])
    iam.put_group_policy(GroupName="analysts", PolicyName="read", PolicyDocument=CUSTOMER_POLICIES["read-reports"])
    for number in range(4):
        iam.add_user_to_group(GroupName="engineers", UserName=f"engineer-{number:02}")
    for name, text in ROLES.items():
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=text)
    iam.put_role_policy(RoleName="inline-admin", PolicyName="all", PolicyDocument=CUSTOMER_POLICIES["all-but-iam"])
    iam.put_role_policy(RoleName="functions", PolicyName="logs", PolicyDocument=policy(allow("logs:PutLogEvents")))
    for role, name in (
        ("support", "AWSSupportAccess"),
        ("web-server", "AmazonSSMManagedInstanceCore"),
        ("partner", "AdministratorAccess"),
        ("auditor", "SecurityAudit"),
    ):
        iam.attach_role_policy(RoleName=role, PolicyArn=f"arn:aws:iam::aws:policy/{name}")
    iam.attach_group_policy(GroupName="engineers", PolicyArn="arn:aws:iam::aws:policy/AWSCloudShellFullAccess")
    iam.create_instance_profile(InstanceProfileName="web-server")
    iam.add_role_to_instance_profile(InstanceProfileName="web-server", RoleName="web-server")


def account(client: ClientFor) -> None:
    """Set what belongs to the account itself: passwords, providers, contacts, the organization."""
    iam = client("iam", US)
    iam.update_account_password_policy(
        MinimumPasswordLength=14,
        RequireSymbols=True,
        RequireNumbers=True,
        RequireUppercaseCharacters=True,
        RequireLowercaseCharacters=False,
        PasswordReusePrevention=24,
    )
    iam.create_saml_provider(Name="people", SAMLMetadataDocument="a" * 1024)
    iam.upload_server_certificate(ServerCertificateName="old-site", CertificateBody="none", PrivateKey="none")
    client("organizations", US).create_organization(FeatureSet="ALL")
    client("account", US).put_alternate_contact(
        AlternateContactType="SECURITY",
        EmailAddress="security@example.com",
        Name="Security",
        PhoneNumber="+1 555 0100",
        Title="Team",
    )


def day(text: str) -> datetime:
    """Return noon UTC of a day."""
    return datetime.fromisoformat(f"{text}T12:00:00+00:00")
