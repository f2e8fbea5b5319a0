"""`GET /controls`, one control, its history."""

from ccm_engine.api.app import create_app
from ccm_engine.app.settings import load_settings
from ccm_engine.app.views import Views

from .bench import BASE_URL, Engine, TestClient


def test_catalogue_pages_through_all_controls(api: TestClient, recorded: Engine) -> None:
    first = api.get("/controls", params={"limit": 4}).json()
    second = api.get("/controls", params={"limit": 4, "cursor": first["next_cursor"]}).json()
    ids = [one["control_id"] for one in first["items"] + second["items"]]
    assert ids == sorted(recorded.monitor.catalogue.controls)
    assert second["next_cursor"] is None
    ssh = next(one for one in first["items"] if one["control_id"] == "ec2_no_open_ssh")
    assert ssh["severity"] == "CRITICAL"
    assert {"cis_aws_5.0", "nist_csf_1.1"} <= set(ssh["frameworks"])


def test_control_tells_what_it_is_needs_and_came_to(api: TestClient) -> None:
    told = api.get("/controls/ec2_no_open_ssh").json()
    assert told["title"] == "No security groups allow 0.0.0.0/0 on port 22"
    assert told["remedy"]
    assert told["why"].startswith("An SSH port")
    calls = ["ec2:DescribeSecurityGroups", "ec2:DescribeManagedPrefixLists", "ec2:GetManagedPrefixListEntries"]
    assert told["api_calls"] == calls
    assert told["iam_actions"] == sorted(calls)
    requirement = next(one for one in told["requirements"] if one["framework"] == "cis_aws_5.0")
    assert requirement["framework_name"] == "CIS AWS Foundations"
    assert requirement["id"] == "5.3"
    assert told["status"] == "FAIL"
    assert told["findings"][0]["status"] == "FAIL"
    assert told["findings"][0]["resource_id"] == told["affected_resources"][0]
    assert told["findings_total"] == len(told["findings"]) == told["resources_evaluated"]


def test_action_to_find_regions_is_needed_only_without_configured_ones(fresh: Engine) -> None:
    app = create_app(fresh.schedule, load_settings(CCM_REGIONS=""))
    with TestClient(app, base_url=BASE_URL) as client:
        assert "ec2:DescribeRegions" in client.get("/controls/ec2_no_open_ssh").json()["iam_actions"]
        free = client.get("/controls/slow_control").json()
    assert (free["api_calls"], free["iam_actions"], free["status"]) == ([], [], "ERROR")


def test_control_that_could_not_be_judged(api: TestClient) -> None:
    told = api.get("/controls/rds_encryption_at_rest").json()
    assert (told["status"], told["resources_evaluated"], told["findings_total"]) == ("ERROR", 0, 1)


def test_history_is_newest_first(api: TestClient) -> None:
    told = api.get("/controls/ec2_no_open_ssh/history").json()["items"]
    assert [(one["status"], one["trigger"]) for one in told] == [("FAIL", "scan"), ("PASS", "schedule")]
    first = api.get("/controls/ec2_no_open_ssh/history", params={"limit": 1}).json()
    rest = api.get("/controls/ec2_no_open_ssh/history", params={"limit": 1, "cursor": first["next_cursor"]}).json()
    assert first["items"] + rest["items"] == told
    assert rest["next_cursor"] is None


def test_control_that_is_not_enabled_any_more_keeps_its_history(recorded: Engine) -> None:
    views = Views(recorded.store, recorded.monitor.catalogue.only(["iam_mfa_all_users"]))
    assert views.was_enabled("ec2_no_open_ssh")
    assert not views.was_enabled("never_there")


def test_unknown_control(api: TestClient) -> None:
    for path in ("/controls/ec2_no_open_shh", "/controls/ec2_no_open_shh/history"):
        answer = api.get(path)
        assert answer.status_code == 404
        assert answer.json() == {
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "there is no control 'ec2_no_open_shh'; did you mean ec2_no_open_ssh?",
            "instance": path,
        }
