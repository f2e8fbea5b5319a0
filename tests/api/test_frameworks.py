"""`GET /frameworks` and `/frameworks/{id}`: how they stand, now and as they stood."""

from ccm_engine.core import moment
from ccm_engine.frameworks import shipped

from .bench import Engine, TestClient


def test_all_are_listed_page_by_page(api: TestClient) -> None:
    found: list[str] = []
    cursor = None
    while True:
        told = api.get("/frameworks", params={"limit": 5, **({"cursor": cursor} if cursor else {})}).json()
        found += [one["id"] for one in told["items"]]
        cursor = told["next_cursor"]
        if cursor is None:
            break
    assert found == list(shipped())


def test_one_is_told_by_requirement(api: TestClient) -> None:
    told = api.get("/frameworks/cis_aws_5.0").json()
    lines = {one["id"]: one for one in told["requirements"]}
    assert list(lines) == list(shipped()["cis_aws_5.0"].requirements)
    failing = [one for one in lines.values() if {"control_id": "ec2_no_open_ssh", "status": "FAIL"} in one["controls"]]
    assert failing
    assert {one["status"] for one in failing} == {"failing"}
    errs = {"control_id": "rds_encryption_at_rest", "status": "ERROR"}
    unread = [one for one in lines.values() if errs in one["controls"]]
    assert unread
    assert {one["status"] for one in unread} == {"not_judged"}
    assert told["met_percent"] == round(told["shares"]["automated"] + told["shares"]["attested"], 1)


def test_it_stands_as_it_stood(api: TestClient, recorded: Engine) -> None:
    at = moment.written(recorded.moments["between"])
    before = api.get("/frameworks/cis_aws_5.0", params={"at": at}).json()
    assert before["counts"]["failing"] < api.get("/frameworks/cis_aws_5.0").json()["counts"]["failing"]
    early = api.get("/frameworks/cis_aws_5.0", params={"at": "2020-01-01"})
    assert early.status_code == 422


def test_of_one_account(api: TestClient) -> None:
    mine = api.get("/frameworks/soc2", params={"account": "123456789012"}).json()
    assert mine == api.get("/frameworks/soc2").json()
    assert api.get("/frameworks/soc2", params={"account": "999"}).status_code == 422


def test_what_there_is_not_is_404(api: TestClient) -> None:
    told = api.get("/frameworks/sock2")
    assert told.status_code == 404
    assert "did you mean soc2" in told.json()["detail"]


def test_findings_of_a_framework(api: TestClient) -> None:
    found = api.get("/findings", params={"framework": "cis_aws_5.0", "limit": 200}).json()["items"]
    assert {one["control_id"] for one in found} <= set(shipped()["cis_aws_5.0"].by_control)
    assert found
    refused = api.get("/findings", params={"framework": "nothing_like_it"})
    assert refused.status_code == 422
    assert "GET /frameworks lists them" in refused.text
