"""`GET /scorecard`: the contract's fields, the score's arithmetic, accounts and moments."""

from datetime import timedelta

import pytest

from ccm_engine.core import moment

from .bench import Engine, TestClient

FIELDS = [
    "score",
    "grade",
    "coverage",
    "score_with_exceptions",
    "score_judged",
    "total_controls",
    "passed",
    "failed",
    "errors",
    "critical_failures",
    "last_evaluated",
    "controls",
]
CONTROL_FIELDS = [
    "control_id",
    "control_name",
    "category",
    "severity",
    "status",
    "affected_resources",
    "resources_evaluated",
]


def test_fields_are_exactly_the_contracts(api: TestClient, recorded: Engine) -> None:
    told = api.get("/scorecard").json()
    assert list(told) == FIELDS
    assert all(list(line) == CONTROL_FIELDS for line in told["controls"])
    assert told == recorded.monitor.views.scorecard().as_json()


def test_score_follows_from_its_controls(api: TestClient) -> None:
    told = api.get("/scorecard").json()
    weights = {"CRITICAL": 4, "HIGH": 3, "MEDIUM": 2, "LOW": 1}
    passed = sum(weights[line["severity"]] for line in told["controls"] if line["status"] == "PASS")
    whole = sum(weights[line["severity"]] for line in told["controls"])
    assert told["score"] == round(100 * passed / whole, 1)
    assert (told["total_controls"], told["errors"]) == (6, 1)
    assert told["coverage"] < 100
    assert "ec2_no_open_ssh" in told["critical_failures"]


def test_stands_as_it_stood(api: TestClient, recorded: Engine) -> None:
    at = moment.written(recorded.moments["between"])
    told = api.get("/scorecard", params={"at": at}).json()
    status = {line["control_id"]: line["status"] for line in told["controls"]}
    assert status["ec2_no_open_ssh"] == "PASS"
    assert status["rds_encryption_at_rest"] == "PASS"
    assert told["coverage"] == 100.0


def test_of_one_account(api: TestClient) -> None:
    assert api.get("/scorecard", params={"account": "123456789012"}).json() == api.get("/scorecard").json()
    at_once = api.get("/scorecard?at=&account=")
    assert at_once.json() == api.get("/scorecard").json(), "empty parameters are as if not given"


def test_unknown_account_is_named(api: TestClient) -> None:
    answer = api.get("/scorecard", params={"account": "111122223333"})
    assert answer.status_code == 422
    assert answer.json()["detail"] == ("account: nothing is known of account '111122223333'; GET /accounts lists them")


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("yesterday", "is no moment"),
        ("2026-03-06T12:00:00", "names no time zone"),
        ("2026-03-06T12:00:00 00:00", "%2B"),
        ("0001-01-01T00:00:00+14:00", "is no moment"),
        ("9999-12-31T23:59:59Z", "is in the future"),
        ("2020-01-01", "choose a later moment"),
        ("²026-03-06T12:00:00Z", "is no moment"),
    ],
)
def test_moment_that_is_none_is_refused_with_the_mend(api: TestClient, at: str, told: str) -> None:
    answer = api.get("/scorecard", params={"at": at})
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("at: ")
    assert told in answer.json()["detail"]


def test_moment_before_the_record_begins_is_refused(api: TestClient, recorded: Engine) -> None:
    at = moment.written(recorded.moments["before"] - timedelta(minutes=1))
    assert "there is no record of" in api.get("/scorecard", params={"at": at}).json()["detail"]


def test_before_the_first_run_nothing_passes(fresh: Engine) -> None:
    with fresh.client() as client:
        told = client.get("/scorecard").json()
        refused = client.get("/scorecard", params={"at": "2026-01-01T00:00:00Z"})
    assert (told["score"], told["score_judged"], told["coverage"], told["last_evaluated"]) == (0.0, None, 0.0, None)
    assert told["errors"] == told["total_controls"] == 2
    assert "it is empty yet" in refused.json()["detail"]


def test_accounts(api: TestClient, recorded: Engine) -> None:
    [line] = api.get("/accounts").json()["items"]
    assert line["account_id"] == "123456789012"
    assert line["refused"] is None
    last = recorded.monitor.views.last_run()
    assert last is not None
    assert line["run_id"] == last["run_id"]
