"""Traces of `ccm serve`: its runs and its requests, and all of them when it is stopped."""

import os
from pathlib import Path

from many_accounts import accounts_with_users, settings_for
from served_engine import awaited, get, post, serving
from trace_receiver import NEVER, receiving


def test_an_engine_that_is_stopped_has_told_its_runs_and_requests(tmp_path: Path) -> None:
    with accounts_with_users(1) as (endpoint, accounts), receiving() as receiver:
        told = {
            "PATH": os.environ["PATH"],
            "CCM_PORT": "0",
            **settings_for(endpoint, accounts),
            **receiver.variables(),
            "OTEL_BSP_SCHEDULE_DELAY": NEVER,
        }
        with serving(told, tmp_path) as address:
            awaited(lambda: get(f"{address}/runs")["items"])
            asked = post(f"{address}/controls/iam_mfa_all_users/run")
            assert receiver.bodies == []
        runs = {one.attributes["ccm.run.trigger"]: one for one in receiver.spans("run")}
    assert runs.keys() == {"schedule", "api"}
    assert runs["schedule"].trace_id != runs["api"].trace_id
    assert runs["api"].attributes["ccm.run.id"] == asked["run"]["run_id"]
    assert receiver.spans("GET /runs")
    assert receiver.only("POST /controls/{control_id}/run").attributes["http.response.status_code"] == 200
