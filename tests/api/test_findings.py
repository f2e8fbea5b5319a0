"""`GET /findings`: fields, filters, and pages that together are the whole list."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ccm_engine.core.due import DUE_DAYS, with_due

from .bench import Engine, TestClient


def _walk(api: TestClient, path: str, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = ""
    while True:
        told = api.get(path, params={**params, "cursor": cursor}).json()
        assert set(told) == {"items", "next_cursor"}
        assert len(told["items"]) <= params.get("limit", 50)
        found += told["items"]
        if told["next_cursor"] is None:
            return found
        cursor = told["next_cursor"]


def test_findings_are_those_of_the_record(api: TestClient, recorded: Engine) -> None:
    assert _walk(api, "/findings") == [
        {**with_due(one.finding, DUE_DAYS, one.as_json()), "account_name": "", "ou": ""}
        for one in recorded.monitor.views.findings()
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 200])
def test_pages_walk_all_once(api: TestClient, limit: int) -> None:
    whole = api.get("/findings", params={"limit": 200}).json()["items"]
    assert len(whole) > 10
    assert _walk(api, "/findings", limit=limit) == whole


def test_of_one_control_the_others_are_not_read(
    api: TestClient, recorded: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    rows = recorded.store.rows

    def noting(partition: str, **how: Any) -> Any:
        if partition.startswith("finding/"):
            read.append(how["prefix"])
        return rows(partition, **how)

    monkeypatch.setattr(recorded.store, "rows", noting)
    assert _walk(api, "/findings", control="ec2_no_open_ssh", limit=1)
    assert set(read) == {"ec2_no_open_ssh|"}


def test_last_full_page_says_that_it_is_the_last(api: TestClient) -> None:
    count = len(_walk(api, "/findings"))
    assert api.get("/findings", params={"limit": count}).json()["next_cursor"] is None


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("control", "control_id", "ec2_no_open_ssh"),
        ("status", "status", "FAIL"),
        ("status", "status", "ERROR"),
        ("severity", "severity", "CRITICAL"),
        ("region", "region", "us-east-1"),
        ("account", "account_id", "123456789012"),
    ],
)
def test_filter_keeps_just_what_fits(api: TestClient, name: str, field: str, value: str) -> None:
    whole = _walk(api, "/findings")
    fitting = [one for one in whole if one[field] == value]
    assert fitting
    assert _walk(api, "/findings", limit=2, **{name: value}) == fitting


def test_repeated_filter_means_any_of_them(api: TestClient) -> None:
    both = _walk(api, "/findings", status=["FAIL", "ERROR"])
    assert {one["status"] for one in both} == {"FAIL", "ERROR"}


def test_empty_parameters_are_as_if_not_given(api: TestClient) -> None:
    blank = "?cursor=&account=&control=&status=&severity=&region="
    assert api.get(f"/findings{blank}").json() == api.get("/findings").json()


def test_error_names_call_and_code(api: TestClient) -> None:
    [error] = _walk(api, "/findings", status="ERROR")
    assert error["control_id"] == "rds_encryption_at_rest"
    assert "rds:DescribeDBInstances" in error["reason"]
    assert "AccessDenied" in error["reason"]


@pytest.mark.parametrize(
    ("params", "told"),
    [
        (
            {"control": "ec2_no_open_shh"},
            "control: there is no control 'ec2_no_open_shh'; did you mean ec2_no_open_ssh?",
        ),
        ({"control": "zzz"}, "control: there is no control 'zzz'; GET /controls lists them"),
        ({"status": "BAD"}, "status: input should be 'PASS', 'FAIL', 'ERROR' or 'NOT_APPLICABLE' (it is 'BAD')"),
        ({"limit": "0"}, "limit: input should be greater than or equal to 1 (it is '0')"),
        ({"limit": "201"}, "limit: input should be less than or equal to 200 (it is '201')"),
        ({"acount": "123456789012"}, "acount: there is no such parameter here; /docs lists them"),
    ],
)
def test_wrong_parameter_is_named_with_the_mend(api: TestClient, params: dict[str, str], told: str) -> None:
    answer = api.get("/findings", params=params)
    assert answer.status_code == 422
    assert answer.json()["detail"] == told
    assert answer.headers["content-type"] == "application/problem+json"


def _cursor(told: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


BROKEN = [
    "x",
    "====",
    "é",
    "%00",
    _cursor(None),
    _cursor(["run", "20260101T000000000Z-00000000"]),
    _cursor(["finding", "123456789012"]),
    _cursor(["finding", "123456789012", 1]),
    _cursor(["finding", "123456789012", ""]),
    _cursor(["finding", "123456789012", "\ud800"]),
    _cursor(["finding", "123456789012", "x" * 1025]),
]


@pytest.mark.parametrize("cursor", BROKEN)
def test_cursor_of_nowhere_is_refused(api: TestClient, cursor: str) -> None:
    answer = api.get("/findings", params={"cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["name"] == "cursor"


_words = st.text(max_size=12) | st.sampled_from(
    ["", "0", "1", "200", "FAIL", "CRITICAL", "123456789012", "ec2_no_open_ssh", "us-east-1", "2026-03-06", "\0", "-1"]
)
_names = st.sampled_from(
    ["limit", "cursor", "account", "control", "status", "severity", "region", "at", "wait", "other"]
)
_paths = st.sampled_from(
    [
        "/scorecard",
        "/findings",
        "/runs",
        "/accounts",
        "/controls",
        "/controls/ec2_no_open_ssh",
        "/controls/ec2_no_open_ssh/history",
        "/controls/none",
        "/controls/none/history",
        "/runs/none",
    ]
)


@settings(max_examples=150, deadline=None)
@given(path=_paths, query=st.lists(st.tuples(_names, _words), max_size=5))
def test_no_query_string_brings_the_api_down(api: TestClient, path: str, query: list[tuple[str, str]]) -> None:
    answer = api.get(path, params=query)
    assert answer.status_code in (200, 404, 422)
    if answer.status_code != 200:
        told = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert told["status"] == answer.status_code
        assert "\n" not in told["detail"]


@settings(max_examples=100, deadline=None)
@given(cursor=st.text(max_size=40) | st.binary(max_size=40).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_no_cursor_brings_the_api_down(api: TestClient, cursor: str) -> None:
    for path in ("/findings", "/runs", "/accounts", "/controls", "/controls/ec2_no_open_ssh/history"):
        assert api.get(path, params={"cursor": cursor}).status_code in (200, 422)
