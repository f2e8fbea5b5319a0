"""IAM's settings, its root user and AWS's policies: examples of the controls over them."""

from raw_documents import ACCOUNT_ID
from raw_examples import FAIL, NOT_APPLICABLE, PASS, Example, examples_of
from raw_iam_account import (
    NO_PASSWORD_POLICY,
    administrators,
    certificate,
    entities,
    federated,
    organization,
    passwords,
    report,
    reported,
    root_user,
    shells,
    supporters,
)
from raw_iam_users import ago

ROOT = f"arn:aws:iam::{ACCOUNT_ID}:root"
DEVICE = f"arn:aws:iam::{ACCOUNT_ID}:mfa/root-account-mfa-device"
MANAGED = ["RootCredentialsManagement", "RootSessions"]
OURS = organization(manager=ACCOUNT_ID)

EXAMPLES: list[Example] = [
    *examples_of(
        "iam_password_min_length",
        {
            "14": (PASS, lambda: passwords()),
            "13": (FAIL, lambda: passwords(MinimumPasswordLength=13)),
            "no policy": (FAIL, lambda: passwords(NO_PASSWORD_POLICY)),
        },
    ),
    *examples_of(
        "iam_password_reuse",
        {
            "24": (PASS, lambda: passwords()),
            "none": (FAIL, lambda: passwords(PasswordReusePrevention=None)),
        },
    ),
    *examples_of(
        "iam_password_complexity",
        {
            "all kinds": (PASS, lambda: passwords()),
            "no symbols": (FAIL, lambda: passwords(RequireSymbols=False)),
        },
    ),
    *examples_of(
        "iam_password_expiry",
        {
            "90 days": (PASS, lambda: passwords()),
            "never": (FAIL, lambda: passwords(ExpirePasswords=False, MaxPasswordAge=None)),
        },
    ),
    *examples_of(
        "iam_federated_users",
        {
            "SAML": (PASS, lambda: federated(saml=1)),
            "Identity Center": (PASS, lambda: federated(centers=["ACTIVE"])),
            "nobody": (FAIL, lambda: federated()),
        },
    ),
    *examples_of(
        "iam_root_mfa",
        {
            "a device": (PASS, lambda: root_user()),
            "no device": (FAIL, lambda: root_user(mfa=0)),
            "no password": (NOT_APPLICABLE, lambda: root_user(mfa=0, passwords=0)),
        },
    ),
    *examples_of(
        "iam_root_hardware_mfa",
        {
            "a security key": (PASS, lambda: root_user()),
            "an app": (FAIL, lambda: root_user(devices=[(DEVICE, ROOT)])),
            "no device": (FAIL, lambda: root_user(mfa=0)),
        },
    ),
    *examples_of(
        "iam_root_centralized",
        {
            "on": (PASS, lambda: root_user(features=MANAGED, organization_of=OURS)),
            "off": (FAIL, lambda: root_user(features=[], organization_of=OURS)),
            "a member": (NOT_APPLICABLE, lambda: root_user(organization_of=organization())),
        },
    ),
    *examples_of(
        "iam_root_not_used",
        {
            "long ago": (PASS, lambda: reported(report("2025-03-06T11:00:00+00:00"))),
            "today": (FAIL, lambda: reported(report(ago(hours=3).isoformat()))),
        },
    ),
    *examples_of(
        "iam_support_role",
        {
            "a role": (PASS, lambda: supporters(entities(roles=["support"]))),
            "nobody": (FAIL, lambda: supporters(entities())),
        },
    ),
    *examples_of(
        "iam_no_aws_admin_attached",
        {
            "nobody": (PASS, lambda: administrators(entities())),
            "a role": (FAIL, lambda: administrators(entities(roles=["ops"]))),
        },
    ),
    *examples_of(
        "iam_no_cloudshell_full",
        {
            "nobody": (PASS, lambda: shells(entities())),
            "a group": (FAIL, lambda: shells(entities(groups=["dev"]))),
        },
    ),
    *examples_of(
        "iam_no_expired_certs",
        {
            "valid": (PASS, lambda: certificate(ago(days=-1))),
            "expired": (FAIL, lambda: certificate(ago(days=1))),
        },
    ),
]
