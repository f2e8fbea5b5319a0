"""What the API says of a tag filter."""

from pathlib import Path

from .bench import engine, fill_account


def test_scorecard_and_runs_say_what_a_filter_left_out(aws: None, tmp_path: Path) -> None:
    fill_account()
    made = engine(tmp_path, CCM_TAGS_INCLUDE="env=prod")
    outcome = made.monitor.run("schedule")
    left_out = outcome.scorecard.left_out
    assert left_out
    with made.client() as client:
        assert client.get("/scorecard").json()["left_out"] == left_out
        run = client.get(f"/runs/{outcome.run['run_id']}").json()
        assert client.get("/runs").json()["items"][0]["tags"] == run["tags"]
    assert run["tags"] == {"include": {"env": ["prod"]}, "exclude": {}}
    assert [one["left_out"] for one in run["accounts"].values()] == [left_out]
    made.store.close()
