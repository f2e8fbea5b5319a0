"""DynamoDB down, or throttling: health says so, nothing acknowledged is lost, and the engine goes on by itself.

Each fault lasts CCM_FAULT_SECONDS (8; `make soak` lets it last for ten minutes).
"""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from benchmarks import ministack
from webhooks import Webhook

from ccm_engine.app.given_checkpoints import Given
from ccm_engine.app.settings import load_settings
from ccm_engine.app.verifying import verify_store
from ccm_engine.core.clock import utc_now
from ccm_engine.stores.key_file import KeyFile

from .served import Served, serving
from .shaky import Shaky, shaky

Fault = Callable[[Shaky, Served], None]
SECONDS = float(os.environ.get("CCM_FAULT_SECONDS", "8"))
THROTTLES = ("ProvisionedThroughputExceededException", "ThrottlingException")


@pytest.fixture(scope="module")
def dynamodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where DynamoDB answers, in a process of its own."""
    with ministack.running(tmp_path_factory.mktemp("ministack")) as address:
        yield address


def _down(store: Shaky, served: Served) -> None:
    store.down()
    _until_said(served, "Could not connect")


def _throttled(store: Shaky, served: Served) -> None:
    for code in THROTTLES:
        store.throttle(code)
        _until_said(served, code)


def _until_said(served: Served, why: str) -> None:
    """Wait until health tells why the store fails, and that nothing can be relied on."""
    told = served.until(f"said: {why}", lambda health: why in health["store"].get("error", ""))
    assert (told["status"], told["store"]["ok"]) == ("unhealthy", False)


def _entries(served: Served) -> dict[str, str]:
    """Return the digests of the entries that the engine has acknowledged, by number."""
    told = served.get("/ledger/entries?limit=200")[1]["items"]
    return {str(one["seq"]): one["digest"] for one in told}


@pytest.mark.parametrize("fault", [_down, _throttled])
def test_it_comes_back(
    tmp_path: Path, aws: str, alerts: Webhook, dynamodb: str, monkeypatch: pytest.MonkeyPatch, fault: Fault
) -> None:
    key = tmp_path / "ccm.key"
    KeyFile.make(key)
    with shaky(dynamodb) as store:
        settings = {
            "CCM_STORE": f"dynamodb://faults{fault.__name__}",
            "CCM_SIGNING_KEY": str(key),
            "AWS_ENDPOINT_URL_DYNAMODB": store.address,
        }
        with serving(tmp_path, aws, alerts, settings) as served:
            before = _entries(served)
            until = time.monotonic() + SECONDS
            group = served.open_ssh()
            fault(store, served)
            status, problem = served.get("/scorecard")
            assert (status, problem["status"]) == (503, 503)
            assert served.get("/health/live")[0] == 200
            time.sleep(max(0.0, until - time.monotonic()))
            store.up()
            served.runs_on()
            assert group in served.failing()
            served.tells_once(group)
            after = _entries(served)
            assert {seq: after.get(seq) for seq in before} == before
            served.stop()
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        assert verify_store(load_settings(), Given(), {}, utc_now()).verification.integrity == []
