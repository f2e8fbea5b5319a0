"""The account's contacts, its organization and its analyzers: the hard cases."""

import pytest
from raw_account_settings import NO_CONTACT, OWNER, SECURITY, analyzed, analyzer, contacts
from raw_documents import EU, US, denied
from raw_iam_account import NO_ORGANIZATION, member, organization

from ccm_engine.core.vocabulary import Status


@pytest.mark.parametrize("lacking", ["FullName", "PhoneNumber", "AddressLine1", "City", "CountryCode"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_every_part_of_the_contact_counts(lacking: str, value: str | None) -> None:
    assert contacts(OWNER | {lacking: value}).judge_one("account_contact_details").status is Status.FAIL


def test_no_contact_at_all_fails_and_a_refusal_does_not() -> None:
    call = "account:GetContactInformation"
    assert contacts(denied(call, "ResourceNotFoundException")).judge_one("account_contact_details").status is (
        Status.FAIL
    )
    refused = denied(call, "AccessDeniedException")
    assert contacts(refused).judge_one("account_contact_details").reason == str(refused)


def test_a_security_contact_without_an_address_is_none() -> None:
    nameless = {**SECURITY, "EmailAddress": ""}
    assert contacts(security=nameless).judge_one("account_security_contact").status is Status.FAIL
    refused = denied("account:GetAlternateContact", "AccessDeniedException")
    assert contacts(security=refused).judge_one("account_security_contact").status is Status.ERROR
    finding = contacts(security=NO_CONTACT).judge_one("account_security_contact")
    assert [one["call"] for one in finding.evidence["sources"]] == ["account:GetAlternateContact"]


def test_evidence_does_not_hold_who_the_contact_is() -> None:
    for control_id in ("account_contact_details", "account_security_contact"):
        told = str(contacts().judge_one(control_id).evidence)
        assert "(secret)" in told
        assert all(word not in told for word in ("Example", "Main St", "4930", "example.com"))


def test_an_organization_that_refuses_is_an_error() -> None:
    refused = denied("organizations:DescribeOrganization", "AccessDeniedException")
    assert member(refused).judge_one("account_in_organization").reason == str(refused)
    finding = member(NO_ORGANIZATION).judge_one("account_in_organization")
    assert finding.reason == "the account belongs to no organization"
    assert "owner@example.com" not in str(member(organization()).judge_one("account_in_organization").evidence)


@pytest.mark.parametrize(
    ("kind", "status", "told"),
    [
        ("ACCOUNT", "ACTIVE", Status.PASS),
        ("ORGANIZATION", "ACTIVE", Status.PASS),
        ("ACCOUNT", "CREATING", Status.FAIL),
        ("ACCOUNT", "DISABLED", Status.FAIL),
        ("ACCOUNT_UNUSED_ACCESS", "ACTIVE", Status.FAIL),
        ("ORGANIZATION_INTERNAL_ACCESS", "ACTIVE", Status.FAIL),
    ],
)
def test_only_an_active_analyzer_of_external_access_counts(kind: str, status: str, told: Status) -> None:
    assert analyzed(analyzer(kind, status)).judge_one("access_analyzer_enabled").status is told


def test_each_region_is_a_finding_of_its_own() -> None:
    told = analyzed(analyzer(), regions=(US, EU)).judge("access_analyzer_enabled")
    assert [(one.region, one.status) for one in told] == [(US, Status.PASS), (EU, Status.FAIL)]
