"""Accounts of an organization over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws
from organization import EXTERNAL_ID, MANAGEMENT, ROLE_NAME, Organization, refusing

from .bench import TestClient, engine

CONTROL = "iam_no_root_access_keys"


@pytest.fixture
def ids() -> dict[str, str]:
    """The accounts by their names."""
    return {}


@pytest.fixture
def api(ids: dict[str, str], tmp_path: Path) -> Iterator[TestClient]:
    """An engine that has judged three accounts, of which one refuses."""
    with refusing() as refusals, mock_aws():
        organization = Organization()
        organization.unit("Root/Workloads")
        organization.account("Payments", "Root/Workloads")
        organization.account("Ledger", "Root/Workloads")
        organization.account("Old")
        organization.suspend("Old")
        ids.update(organization.accounts)
        refusals.members.add(ids["Payments"])
        made = engine(
            tmp_path,
            controls=(CONTROL,),
            CCM_ORG=True,
            CCM_ORG_ROLE_NAME=ROLE_NAME,
            CCM_EXTERNAL_ID=EXTERNAL_ID,
        )
        made.monitor.run("schedule")
        with made.client() as client:
            yield client
        made.store.close()


def test_each_account_tells_how_it_stands(api: TestClient, ids: dict[str, str]) -> None:
    told = {one["account_id"]: one for one in api.get("/accounts").json()["items"]}

    assert set(told) == {MANAGEMENT, ids["Payments"], ids["Ledger"]}
    payments = told[ids["Payments"]]
    assert (payments["name"], payments["ou"]) == ("Payments", "Root/Workloads")
    assert (payments["score"], payments["grade"], payments["coverage"]) == (0.0, "F", 0.0)
    assert payments["refused"] == "sts:AssumeRole failed: AccessDenied"
    assert payments["denied_regions"] == {}
    assert (told[ids["Ledger"]]["score"], told[ids["Ledger"]]["grade"]) == (100.0, "A")
    below = api.get("/accounts", params={"ou": "Workloads"}).json()["items"]
    assert {one["account_id"] for one in below} == {ids["Payments"], ids["Ledger"]}
    first = api.get("/accounts", params={"limit": 1}).json()
    second = api.get("/accounts", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [one["account_id"] for one in first["items"] + second["items"]] == sorted(told)


def test_the_scorecard_by_account_and_unit(api: TestClient, ids: dict[str, str]) -> None:
    everywhere = api.get("/scorecard").json()
    assert everywhere["median_account_score"] == 100.0
    assert everywhere["worst_account"]["account_id"] == ids["Payments"]
    assert everywhere["coverage"] == pytest.approx(66.6)

    unit = api.get("/scorecard", params={"ou": "Root/Workloads"}).json()
    assert (unit["coverage"], unit["median_account_score"]) == (50.0, 50.0)

    one = api.get("/scorecard", params={"ou": "Root/Workloads", "account": ids["Ledger"]}).json()
    assert one["score"] == 100.0
    assert not one.keys() & {"median_account_score", "worst_account"}


def test_findings_and_history_by_unit_name_the_account(api: TestClient, ids: dict[str, str]) -> None:
    found = api.get("/findings", params={"ou": "Workloads"}).json()["items"]
    assert {(one["account_id"], one["account_name"], one["ou"]) for one in found} == {
        (ids["Payments"], "Payments", "Root/Workloads"),
        (ids["Ledger"], "Ledger", "Root/Workloads"),
    }
    [line] = api.get(f"/controls/{CONTROL}/history", params={"ou": "Workloads"}).json()["items"]
    assert (line["status"], line["judged"], line["expected"]) == ("ERROR", 1, 2)
    params = {"account": ids["Ledger"], "resource": ids["Ledger"]}
    [stood] = api.get(f"/controls/{CONTROL}/history", params=params).json()["items"]
    assert stood["account_id"] == ids["Ledger"]


def test_a_run_names_its_accounts_and_those_it_skipped(api: TestClient, ids: dict[str, str]) -> None:
    [run] = api.get("/runs").json()["items"]
    told = api.get(f"/runs/{run['run_id']}").json()

    assert told["accounts"][ids["Payments"]]["name"] == "Payments"
    assert told["skipped"] == [{"account_id": ids["Old"], "name": "Old", "ou": "Root", "state": "SUSPENDED"}]


@pytest.mark.parametrize("path", ["/scorecard", "/findings", "/accounts", f"/controls/{CONTROL}/history"])
def test_a_unit_that_nobody_is_in_is_refused_by_name(api: TestClient, path: str) -> None:
    answer = api.get(path, params={"ou": "Root/Nowhere"})

    assert answer.status_code == 422
    assert "Root/Nowhere" in answer.text


@pytest.mark.parametrize("path", ["/scorecard", "/findings", "/frameworks", f"/controls/{CONTROL}/history"])
def test_an_account_that_is_not_in_the_unit_has_no_score_of_0(api: TestClient, path: str) -> None:
    answer = api.get(path, params={"ou": "Root/Workloads", "account": MANAGEMENT})

    assert answer.status_code == 422
    assert answer.json()["detail"] == f"account: none of {MANAGEMENT} is in Root/Workloads; leave one of the two out"
