"""IAM's settings, its root user and AWS's policies: the hard cases."""

from datetime import timedelta
from typing import Any

import pytest
from raw_documents import ACCOUNT_ID, EU, NOW, US, Estate, denied, document
from raw_iam_account import (
    NO_ORGANIZATION,
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

from ccm_engine.clouds.aws.listing import argument
from ccm_engine.core.document import Document, Place
from ccm_engine.core.vocabulary import GLOBAL, Status
from ccm_engine.resources.aws.iam_policies import AdministratorAccess
from ccm_engine.resources.aws.iam_report import ReportedCredentials

ROOT = f"arn:aws:iam::{ACCOUNT_ID}:root"
PASSWORD_CONTROLS = ["iam_password_min_length", "iam_password_reuse", "iam_password_complexity", "iam_password_expiry"]


@pytest.mark.parametrize("control_id", PASSWORD_CONTROLS)
def test_no_password_policy_fails_and_says_from_which_answer(control_id: str) -> None:
    finding = passwords(NO_PASSWORD_POLICY).judge_one(control_id)
    assert finding.status is Status.FAIL
    assert [one["call"] for one in finding.evidence["sources"]] == ["iam:GetAccountPasswordPolicy"]


@pytest.mark.parametrize("control_id", PASSWORD_CONTROLS)
def test_a_refused_password_policy_is_no_missing_one(control_id: str) -> None:
    refused = denied("iam:GetAccountPasswordPolicy")
    assert passwords(refused).judge_one(control_id).reason == str(refused)


@pytest.mark.parametrize(
    ("control_id", "changed", "status"),
    [
        ("iam_password_min_length", {"MinimumPasswordLength": None}, Status.FAIL),
        ("iam_password_min_length", {"MinimumPasswordLength": "14"}, Status.ERROR),
        ("iam_password_reuse", {"PasswordReusePrevention": 23}, Status.FAIL),
        ("iam_password_complexity", {"RequireNumbers": None}, Status.FAIL),
        ("iam_password_complexity", {"MinimumPasswordLength": 7}, Status.FAIL),
        ("iam_password_expiry", {"MaxPasswordAge": 91}, Status.FAIL),
        ("iam_password_expiry", {"MaxPasswordAge": None}, Status.FAIL),
        ("iam_password_expiry", {"ExpirePasswords": False}, Status.FAIL),
    ],
)
def test_each_demand(control_id: str, changed: dict[str, Any], status: Status) -> None:
    assert passwords(**changed).judge_one(control_id).status is status


@pytest.mark.parametrize(
    ("devices", "status"),
    [
        ([(f"arn:aws:iam::{ACCOUNT_ID}:mfa/root-account-mfa-device", ROOT)], Status.FAIL),
        ([(f"arn:aws:iam::{ACCOUNT_ID}:mfa/phone-of-the-boss", ROOT)], Status.FAIL),
        ([(f"arn:aws-us-gov:iam::{ACCOUNT_ID}:mfa/x", f"arn:aws-us-gov:iam::{ACCOUNT_ID}:root")], Status.FAIL),
        ([(f"arn:aws:iam::{ACCOUNT_ID}:mfa/ann", f"arn:aws:iam::{ACCOUNT_ID}:user/ann")], Status.PASS),
    ],
)
def test_a_virtual_device_of_root_by_whatever_name(devices: list[tuple[str, str]], status: Status) -> None:
    assert root_user(devices=devices).judge_one("iam_root_hardware_mfa").status is status


@pytest.mark.parametrize("control_id", ["iam_root_mfa", "iam_root_hardware_mfa"])
def test_a_summary_that_does_not_tell_of_the_password_means_that_there_is_one(control_id: str) -> None:
    assert root_user(mfa=0, passwords=None).judge_one(control_id).status is Status.FAIL


@pytest.mark.parametrize("code", ["ServiceAccessNotEnabledException", "OrganizationNotInAllFeaturesModeException"])
def test_central_root_management_that_is_off_fails_in_the_management_account(code: str) -> None:
    told = denied("iam:ListOrganizationsFeatures", code)
    ours = root_user(features=told, organization_of=organization(manager=ACCOUNT_ID))
    assert ours.judge_one("iam_root_centralized").status is Status.FAIL
    assert root_user(features=told, organization_of=organization()).judge_one("iam_root_centralized").status is (
        Status.NOT_APPLICABLE
    )


def test_a_delegate_may_know_and_an_account_alone_cannot() -> None:
    delegate = root_user(features=["RootCredentialsManagement"], organization_of=organization())
    assert delegate.judge_one("iam_root_centralized").status is Status.PASS
    alone = root_user(organization_of=NO_ORGANIZATION)
    assert alone.judge_one("iam_root_centralized").status is Status.NOT_APPLICABLE


def test_what_organizations_refuses_is_an_error() -> None:
    refused = denied("iam:ListOrganizationsFeatures")
    assert root_user(features=refused).judge_one("iam_root_centralized").reason == str(refused)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (report(), Status.PASS),
        (report("no_information", "N/A", "not_supported"), Status.PASS),
        (report(ago(hours=25).isoformat()), Status.PASS),
        (report(ago(hours=24).isoformat()), Status.FAIL),
        (report("N/A", ago(hours=1).isoformat()), Status.FAIL),
        (report("2020-01-01T00:00:00+00:00", "N/A", ago(hours=1).isoformat()), Status.FAIL),
        (report("yesterday"), Status.ERROR),
        (report(name="ben"), Status.ERROR),
        ({"Content": b"", "GeneratedTime": NOW}, Status.ERROR),
        ({"Content": b"\xff\xfe", "GeneratedTime": NOW}, Status.ERROR),
        ({"GeneratedTime": NOW}, Status.ERROR),
        (denied("iam:GetCredentialReport", "ReportInProgress"), Status.ERROR),
        (denied("iam:GenerateCredentialReport"), Status.ERROR),
    ],
)
def test_when_root_was_used(told: Any, status: Status) -> None:
    assert reported(told).judge_one("iam_root_not_used").status is status


def test_the_reason_says_when_the_report_was_made_and_evidence_holds_only_roots_line() -> None:
    finding = reported(report(made=NOW - timedelta(hours=2))).judge_one("iam_root_not_used")
    assert finding.reason == "the root user was never used, by the report made on 2026-03-06 at 10:00 UTC"
    assert "ann" not in str(finding.evidence["facts"])


def test_a_kept_report_reads_as_it_did() -> None:
    told = dict(report("2026-01-01T00:00:00+00:00"))
    told["Content"] = told["Content"].hex()
    assert reported(told).judge_one("iam_root_not_used").status is Status.PASS


def test_the_report_is_made_before_it_is_read() -> None:
    (asked,) = ReportedCredentials.asks()
    assert (asked.first, asked.operation) == ("generate_credential_report", "get_credential_report")


@pytest.mark.parametrize(
    ("estate", "status"),
    [
        (federated(oidc=1), Status.PASS),
        (federated(centers=["DELETE_IN_PROGRESS"]), Status.FAIL),
        (federated(centers=["CREATE_IN_PROGRESS", "ACTIVE"], regions=(US, EU)), Status.PASS),
    ],
)
def test_who_signs_people_in(estate: Estate, status: Status) -> None:
    assert estate.judge_one("iam_federated_users").status is status


def test_roles_of_identity_center_and_allowed_ones_may_be_administrators() -> None:
    sso = "AWSReservedSSO_Admin_0123456789abcdef"
    ours = administrators(entities(roles=[sso]), sso=[sso])
    assert ours.judge_one("iam_no_aws_admin_attached").status is Status.PASS
    # A role that only calls itself so lies elsewhere.
    finding = administrators(entities(users=["ann"], roles=[sso])).judge_one("iam_no_aws_admin_attached")
    assert finding.reason == f"AdministratorAccess is attached to user ann, role {sso}"
    (kept,) = administrators(entities(roles=["break-glass", "x"])).collection.documents()
    assert AdministratorAccess(kept[1]).holders("break-glass, other") == ["role x"]


def test_a_policy_that_a_partition_lacks_is_attached_to_nobody() -> None:
    missing = denied("iam:ListEntitiesForPolicy", "NoSuchEntity")
    assert shells(missing).judge_one("iam_no_cloudshell_full").status is Status.PASS
    assert supporters(missing).judge_one("iam_support_role").status is Status.FAIL


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_a_policys_arn_is_its_partitions(partition: str) -> None:
    told = Document(Place(ACCOUNT_ID, GLOBAL, partition), {}, None)
    wanted = f"arn:{partition}:iam::aws:policy/AdministratorAccess"
    assert {argument(ask.arguments["PolicyArn"], told) for ask in AdministratorAccess.asks()} == {wanted}
    assert AdministratorAccess(told).arn == wanted
    assert document(AdministratorAccess, {}, {}, GLOBAL).item == {}


def test_a_certificate_ends_at_its_very_moment() -> None:
    assert certificate(NOW).judge_one("iam_no_expired_certs").status is Status.FAIL
    assert certificate(NOW + timedelta(seconds=1)).judge_one("iam_no_expired_certs").status is Status.PASS
