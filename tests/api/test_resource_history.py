"""`GET /controls/{id}/history?resource=`: how a control judged one resource."""

from .bench import TestClient

PATH = "/controls/ec2_no_open_ssh/history"


def _bastion(api: TestClient) -> dict[str, str]:
    found: dict[str, str] = api.get("/controls/ec2_no_open_ssh").json()["findings"][0]
    return found


def test_how_it_stood_newest_first(api: TestClient) -> None:
    group = _bastion(api)
    for name in (group["resource_id"], group["resource_arn"]):
        told = api.get(PATH, params={"resource": name}).json()
        assert told["next_cursor"] is None
        assert [(one["status"], one["resource_id"]) for one in told["items"]] == [
            ("FAIL", group["resource_id"]),
            ("PASS", group["resource_id"]),
        ]
        now, before = told["items"]
        assert (now["until"], now["ended_by"]) == (None, None)
        assert (before["until"], before["ended_by"]) == (now["since"], "resource")


def test_in_pages(api: TestClient) -> None:
    name = _bastion(api)["resource_id"]
    first = api.get(PATH, params={"resource": name, "limit": 1}).json()
    second = api.get(PATH, params={"resource": name, "limit": 1, "cursor": first["next_cursor"]}).json()
    assert [one["status"] for page in (first, second) for one in page["items"]] == ["FAIL", "PASS"]
    assert second["next_cursor"] is None


def test_of_an_account_that_is_named_twice_once(api: TestClient) -> None:
    group = _bastion(api)
    asked = [("resource", group["resource_id"]), ("account", group["account_id"])]
    assert api.get(PATH, params=[*asked, asked[-1]]).json() == api.get(PATH, params=asked).json()


def test_without_one_it_is_by_run(api: TestClient) -> None:
    assert {"run_id", "trigger"} <= set(api.get(PATH).json()["items"][0])


def test_a_resource_that_was_never_judged_has_none(api: TestClient) -> None:
    assert api.get(PATH, params={"resource": "sg-none"}).json() == {"items": [], "next_cursor": None}


def test_a_cursor_of_another_list_is_refused(api: TestClient) -> None:
    cursor = api.get(PATH, params={"limit": 1}).json()["next_cursor"]
    answer = api.get(PATH, params={"resource": _bastion(api)["resource_id"], "cursor": cursor})
    assert answer.status_code == 422


def test_a_cursor_of_another_resource_is_refused_and_is_no_end_of_the_list(api: TestClient) -> None:
    cursor = api.get(PATH, params={"resource": _bastion(api)["resource_id"], "limit": 1}).json()["next_cursor"]
    answer = api.get(PATH, params={"resource": "sg-other", "cursor": cursor})
    assert (answer.status_code, answer.json()["errors"][0]["name"]) == (422, "cursor")
