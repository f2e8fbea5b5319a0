"""IAM and the account through moto.

moto has no credential report with a line for root (so the control cannot judge, and says so), no
ListOrganizationsFeatures and no Access Analyzer; those are tested on raw documents only. Its login profiles and
keys are as old as the test, every server certificate in it ended long ago, and there always is an instance of
Identity Center.
"""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto_account import statuses

ACCOUNT = "123456789012"
STAR = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
READ = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]})
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def _trust(principal: Any) -> str:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def iam() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("iam", region_name="us-east-1")


@pytest.fixture
def iam_with_policies() -> Iterator[Any]:
    """IAM with AWS's own policies, thousands of them: a fifth of a second for whoever looks."""
    with mock_aws(config={"iam": {"load_aws_managed_policies": True}}):
        yield boto3.client("iam", region_name="us-east-1")


def test_password_controls(iam: Any) -> None:
    names = ["iam_password_min_length", "iam_password_reuse", "iam_password_complexity", "iam_password_expiry"]
    assert [statuses(name)[ACCOUNT] for name in names] == ["FAIL"] * 4
    iam.update_account_password_policy(
        MinimumPasswordLength=14,
        PasswordReusePrevention=24,
        MaxPasswordAge=90,
        RequireSymbols=True,
        RequireNumbers=True,
        RequireUppercaseCharacters=True,
        RequireLowercaseCharacters=True,
    )
    assert [statuses(name)[ACCOUNT] for name in names] == ["PASS"] * 4


def test_users_and_their_credentials(iam: Any) -> None:
    for name in ("ann", "ben"):
        iam.create_user(UserName=name)
    iam.create_login_profile(UserName="ann", Password="Correct-horse-1")
    for _ in range(2):
        iam.create_access_key(UserName="ann")
    assert statuses("iam_console_users_mfa") == {"ann": "FAIL", "ben": "NOT_APPLICABLE"}
    assert statuses("iam_one_active_key") == {"ann": "FAIL", "ben": "PASS"}
    assert statuses("iam_keys_rotated_90d") == {"ann": "PASS", "ben": "NOT_APPLICABLE"}
    assert statuses("iam_unused_credentials_45d") == {"ann": "PASS", "ben": "NOT_APPLICABLE"}
    assert statuses("iam_no_initial_key") == {"ann": "FAIL", "ben": "NOT_APPLICABLE"}
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="ann")["VirtualMFADevice"]["SerialNumber"]
    iam.enable_mfa_device(
        UserName="ann", SerialNumber=device, AuthenticationCode1="123456", AuthenticationCode2="654321"
    )
    assert statuses("iam_console_users_mfa")["ann"] == "PASS"


def test_policies_of_users(iam_with_policies: Any) -> None:
    iam = iam_with_policies
    for name in ("ann", "ben"):
        iam.create_user(UserName=name)
    iam.attach_user_policy(UserName="ann", PolicyArn=ADMIN)
    assert statuses("iam_no_user_policies") == {"ann": "FAIL", "ben": "PASS"}


def test_inline_policies_of_all_holders(iam: Any) -> None:
    iam.create_user(UserName="ann")
    iam.create_group(GroupName="dev")
    iam.create_role(RoleName="ops", AssumeRolePolicyDocument=_trust({"Service": "ec2.amazonaws.com"}))
    iam.put_user_policy(UserName="ann", PolicyName="own", PolicyDocument=READ)
    iam.put_group_policy(GroupName="dev", PolicyName="own", PolicyDocument=STAR)
    iam.put_role_policy(RoleName="ops", PolicyName="own", PolicyDocument=STAR)
    assert statuses("iam_no_star_inline") == {"ann": "PASS", "dev": "FAIL", "ops": "FAIL"}


def test_policies_of_the_account(iam: Any) -> None:
    iam.create_role(RoleName="ops", AssumeRolePolicyDocument=_trust({"Service": "ec2.amazonaws.com"}))
    for name, document in (("star", STAR), ("idle", STAR), ("read", READ)):
        arn = iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]["Arn"]
        if name != "idle":
            iam.attach_role_policy(RoleName="ops", PolicyArn=arn)
    assert statuses("iam_no_star_policies") == {"star": "FAIL", "idle": "NOT_APPLICABLE", "read": "PASS"}
    assert statuses("iam_no_service_wildcards") == {"star": "FAIL", "idle": "FAIL", "read": "PASS"}


def test_who_may_assume_roles(iam: Any) -> None:
    iam.create_role(RoleName="open", AssumeRolePolicyDocument=_trust({"AWS": "*"}))
    iam.create_role(RoleName="ours", AssumeRolePolicyDocument=_trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}))
    assert statuses("iam_role_trust_not_public") == {"open": "FAIL", "ours": "PASS"}


def test_policies_of_aws(iam_with_policies: Any) -> None:
    iam = iam_with_policies
    assert statuses("iam_no_aws_admin_attached") == {"AdministratorAccess": "PASS"}
    assert statuses("iam_no_cloudshell_full") == {"AWSCloudShellFullAccess": "PASS"}
    assert statuses("iam_support_role") == {ACCOUNT: "FAIL"}
    trust = _trust({"Service": "ec2.amazonaws.com"})
    sso = "AWSReservedSSO_Admin_0123456789abcdef"
    iam.create_role(RoleName=sso, Path="/aws-reserved/sso.amazonaws.com/", AssumeRolePolicyDocument=trust)
    iam.attach_role_policy(RoleName=sso, PolicyArn=ADMIN)
    assert statuses("iam_no_aws_admin_attached") == {"AdministratorAccess": "PASS"}
    iam.create_role(RoleName="ops", AssumeRolePolicyDocument=trust)
    for name in ("AdministratorAccess", "AWSCloudShellFullAccess", "AWSSupportAccess"):
        iam.attach_role_policy(RoleName="ops", PolicyArn=f"arn:aws:iam::aws:policy/{name}")
    assert statuses("iam_no_aws_admin_attached") == {"AdministratorAccess": "FAIL"}
    assert statuses("iam_no_cloudshell_full") == {"AWSCloudShellFullAccess": "FAIL"}
    assert statuses("iam_support_role") == {ACCOUNT: "PASS"}


def test_the_root_user(iam: Any) -> None:
    assert statuses("iam_root_mfa") == {ACCOUNT: "FAIL"}
    assert statuses("iam_root_hardware_mfa") == {ACCOUNT: "FAIL"}
    # moto's report has no line for root: that is no reason to pass.
    assert statuses("iam_root_not_used") == {ACCOUNT: "ERROR"}


def test_certificates(iam: Any) -> None:
    iam.upload_server_certificate(ServerCertificateName="web", CertificateBody="x", PrivateKey="x")
    assert statuses("iam_no_expired_certs") == {"web": "FAIL"}


def test_who_signs_people_in(iam: Any) -> None:
    assert statuses("iam_federated_users") == {ACCOUNT: "PASS"}


def test_the_accounts_security_contact_and_organization(iam: Any) -> None:
    assert statuses("account_security_contact") == {ACCOUNT: "FAIL"}
    boto3.client("account", region_name="us-east-1").put_alternate_contact(
        AlternateContactType="SECURITY",
        EmailAddress="security@example.com",
        Name="Security team",
        PhoneNumber="+4930123456",
        Title="Security",
    )
    assert statuses("account_security_contact") == {ACCOUNT: "PASS"}
    assert statuses("account_in_organization") == {ACCOUNT: "FAIL"}
    boto3.client("organizations", region_name="us-east-1").create_organization(FeatureSet="ALL")
    assert statuses("account_in_organization") == {ACCOUNT: "PASS"}
