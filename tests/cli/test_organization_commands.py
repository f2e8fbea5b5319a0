"""An organization on the command line."""

import json
from collections.abc import Iterator

import pytest
from moto import mock_aws
from organization import EXTERNAL_ID, MANAGEMENT, ROLE_NAME, Organization, Refusals, refusing

from .conftest import Ccm, refused

CONTROL = "iam_no_root_access_keys"


@pytest.fixture
def refusals(monkeypatch: pytest.MonkeyPatch) -> Iterator[Refusals]:
    """An emulated AWS that can refuse."""
    monkeypatch.setenv("CCM_ORG_ROLE_NAME", ROLE_NAME)
    monkeypatch.setenv("CCM_EXTERNAL_ID", EXTERNAL_ID)
    monkeypatch.setenv("CCM_PROCESSES", "1")
    monkeypatch.setenv("CCM_CONTROLS", CONTROL)
    with refusing() as told, mock_aws():
        yield told


@pytest.fixture
def organization(refusals: Refusals) -> Organization:
    """Three accounts, of which one is suspended."""
    made = Organization()
    made.unit("Root/Workloads")
    made.account("Payments", "Root/Workloads")
    made.account("Sandbox")
    made.account("Old")
    made.suspend("Old")
    return made


@pytest.mark.parametrize("store", [[], ["--no-store"]], ids=["recorded", "unstored"])
def test_a_scan_of_an_organization(
    ccm: Ccm, organization: Organization, refusals: Refusals, monkeypatch: pytest.MonkeyPatch, store: list[str]
) -> None:
    payments = organization.accounts["Payments"]
    refusals.members.add(payments)

    done = ccm("scan", "--org", "-o", "json", *store)

    assert done.code == 0
    assert done.err == f"ccm: skipped: account {organization.accounts['Old']} (Old) is SUSPENDED\n"
    told = json.loads(done.out)
    assert told["run"]["accounts"][payments]["name"] == "Payments"
    assert told["run"]["accounts"][payments]["ou"] == "Root/Workloads"
    assert told["run"]["whole"] is True
    assert [one["account_id"] for one in told["run"]["skipped"]] == [organization.accounts["Old"]]
    assert told["scorecard"]["median_account_score"] == 100.0
    assert told["scorecard"]["worst_account"]["account_name"] == "Payments"
    assert told["scorecard"]["coverage"] == pytest.approx(66.6)
    assert ccm("scan", "--org", "--strict", *store).code == 3
    monkeypatch.setenv("COLUMNS", "80")
    shown = ccm("scan", "--org", *store).out
    assert f"Payments ({payments})" in shown
    assert "Accounts, the worst first   median 100.0, from 0.0 to 100.0" in shown
    assert "1 not active, skipped" in " ".join(shown.split())
    assert max(map(len, shown.splitlines())) <= 80


def test_a_scan_is_narrowed_by_unit_account_and_exclusion(ccm: Ccm, organization: Organization) -> None:
    payments, sandbox = organization.accounts["Payments"], organization.accounts["Sandbox"]

    def reached(*arguments: str) -> set[str]:
        told = json.loads(ccm("scan", "--org", "-o", "json", *arguments).out)
        assert told["run"]["whole"] is False
        return set(told["run"]["accounts"])

    assert reached("--ou", "Workloads") == {payments}
    assert reached("--account", sandbox) == {sandbox}
    assert reached("--exclude-account", sandbox, "--exclude-account", MANAGEMENT) == {payments}


def test_the_scorecard_of_one_account_has_the_contracts_fields_alone(ccm: Ccm, organization: Organization) -> None:
    ccm("scan", "--org")

    one = json.loads(ccm("scorecard", "-o", "json", "--ou", "Workloads").out)
    several = json.loads(ccm("scorecard", "-o", "json").out)

    assert list(one) == [
        *("score", "grade", "coverage", "score_with_exceptions", "score_judged", "total_controls", "passed", "failed"),
        *("errors", "critical_failures", "last_evaluated", "controls"),
    ]
    assert several.keys() - one.keys() == {"median_account_score", "worst_account"}


def test_findings_and_history_by_unit(ccm: Ccm, organization: Organization, refusals: Refusals) -> None:
    payments = organization.accounts["Payments"]
    refusals.members.add(payments)
    ccm("scan", "--org")

    [finding] = json.loads(ccm("findings", "--all", "--ou", "Root/Workloads", "-o", "json").out)["items"]
    assert (finding["account_id"], finding["account_name"], finding["ou"]) == (payments, "Payments", "Root/Workloads")
    [line] = json.loads(ccm("history", CONTROL, "--ou", "Workloads", "-o", "json").out)["items"]
    assert (line["status"], line["judged"], line["expected"]) == ("ERROR", 0, 1)
    assert f"Payments ({payments})" in ccm("history", CONTROL, "--resource", payments).out


def test_a_snapshot_of_an_organization_is_judged_like_it(ccm: Ccm, organization: Organization) -> None:
    payments, sandbox = organization.accounts["Payments"], organization.accounts["Sandbox"]
    live = json.loads(ccm("scan", "--org", "--no-store", "-o", "json").out)

    taken = ccm("snapshot", "all.jsonl.gz", "--org")

    assert taken.code == 0
    assert taken.err == f"ccm: skipped: account {organization.accounts['Old']} (Old) is SUSPENDED\n"
    told = json.loads(ccm("scan", "--from", "all.jsonl.gz", "-o", "json").out)
    assert {**told["scorecard"], "last_evaluated": ""} == {**live["scorecard"], "last_evaluated": ""}
    assert told["run"]["accounts"][payments]["ou"] == "Root/Workloads"
    assert set(told["run"]["accounts"]) == {MANAGEMENT, payments, sandbox}
    for number, (narrowed, held) in enumerate(
        [(("--ou", "Workloads"), {payments}), (("--exclude-account", payments), {MANAGEMENT, sandbox})]
    ):
        assert ccm("snapshot", f"{number}.jsonl.gz", "--org", *narrowed).code == 0
        assert set(json.loads(ccm("scan", "--from", f"{number}.jsonl.gz", "-o", "json").out)["run"]["accounts"]) == held
    assert "leave --ou out" in refused(
        ccm("snapshot", "x.gz", "--ou", "Prod", "--role-arn", "arn:aws:iam::111122223333:role/r")
    )


def test_a_difference_by_unit(ccm: Ccm, organization: Organization, refusals: Refusals) -> None:
    began = json.loads(ccm("scan", "--org", "-o", "json").out)["run"]["finished_at"]
    payments = organization.accounts["Payments"]
    refusals.members |= {payments, organization.accounts["Sandbox"]}
    ccm("scan", "--org")

    told = json.loads(ccm("diff", "--from", began, "--ou", "Workloads", "-o", "json").out)

    assert [one["account_id"] for one in told["accounts"]] == [payments]
    assert {one["account_id"] for one in told["changes"]} == {payments}
    everywhere = json.loads(ccm("diff", "--from", began, "-o", "json").out)
    assert len(everywhere["changes"]) > len(told["changes"]) > 0
    assert "no account of a unit 'Prod' is in the record" in refused(ccm("diff", "--from", began, "--ou", "Prod"))


def test_bad_choices_are_one_line(ccm: Ccm, organization: Organization, refusals: Refusals) -> None:
    assert "--ou chooses among an organization's accounts; give --org" in refused(ccm("scan", "--ou", "Workloads"))
    assert "the organization has no unit 'Prod'; it has Root, Root/Workloads" in refused(
        ccm("scan", "--org", "--ou", "Prod")
    )
    assert "--exclude-account: '12' is no account id" in refused(ccm("scan", "--org", "--exclude-account", "12"))
    role = f"arn:aws:iam::111122223333:role/{ROLE_NAME}"
    assert "leave --org out" in refused(ccm("scan", "--org", "--role-arn", role))
    ccm("scan", "--org")
    assert "no account of a unit 'Prod' is in the record" in refused(ccm("scorecard", "--ou", "Prod"))
    refusals.operations["organizations.ListRoots"] = "AccessDeniedException"
    for store in ([], ["--no-store"]):
        assert "the organization's accounts cannot be listed (organizations:ListRoots" in refused(
            ccm("scan", "--org", "-c", CONTROL, *store)
        )


def test_an_organization_that_refuses_later_covers_nothing(
    ccm: Ccm, organization: Organization, refusals: Refusals
) -> None:
    ccm("scan", "--org")
    refusals.operations["organizations.ListAccountsForParent"] = "AccessDeniedException"

    done = ccm("scan", "--org", "-o", "json")

    assert done.code == 3
    assert done.err.startswith("ccm: the organization's accounts cannot be listed (organizations:ListAccountsForParent")
    assert json.loads(done.out)["scorecard"]["coverage"] == 0.0


def test_the_policy_grants_what_an_organization_needs_and_no_more(
    ccm: Ccm, organization: Organization, refusals: Refusals, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = json.loads(ccm("policy", "--org").out)["Statement"]
    refusals.asked.clear()
    ccm("scan", "--org", "--no-store")

    asked = {one for one in refusals.asked if one.startswith("organizations.")}
    by_sid = {one["Sid"]: one for one in statements}
    assert list(by_sid) == ["CcmEngineReads", "CcmEngineOrganization", "CcmEngineMembers"]
    assert set(by_sid["CcmEngineOrganization"]["Action"]) == {one.replace(".", ":") for one in asked}
    assert by_sid["CcmEngineMembers"] == {
        "Sid": "CcmEngineMembers",
        "Effect": "Allow",
        "Action": ["sts:AssumeRole"],
        "Resource": f"arn:aws:iam::*:role/{ROLE_NAME}",
    }
    assert ccm("policy", "--org", "--format", "terraform").out.count("statement {") == 3
    assert len(json.loads(ccm("policy").out)["Statement"]) == 1
    monkeypatch.delenv("CCM_ORG_ROLE_NAME")
    assert "CCM_ORG_ROLE_NAME is needed for --org" in refused(ccm("policy", "--org"))
