"""Traces of functions: Lambda freezes the process behind an answer, so all spans are there before it."""

import time
from collections.abc import Iterator

import pytest
from lambda_events import Sandbox, requested, scheduled
from trace_receiver import Receiver, tracing_here

from ccm_engine.app.tracing import FLUSH_SECONDS
from ccm_engine.functions import api, sweep

from .test_sweep_function import due_now


@pytest.fixture
def receiver(account: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with tracing_here(monkeypatch) as lent:
        yield lent


def test_a_sweep_has_sent_its_spans_when_it_returns(receiver: Receiver) -> None:
    told = sweep.handler(scheduled(due_now()), Sandbox())
    above, run = receiver.only("sweep"), receiver.only("run")
    assert (above.parent, above.attributes) == ("", {"faas.trigger": "timer"})
    assert (run.parent, run.trace_id) == (above.span_id, above.trace_id)
    assert run.attributes["ccm.run.id"] == told["run_id"]
    assert receiver.only("account").parent == run.span_id


def test_a_request_has_sent_its_span_when_it_is_answered(receiver: Receiver) -> None:
    sweep.handler({}, Sandbox())
    assert api.handler(requested("GET", "/controls/iam_mfa_all_users"), Sandbox())["statusCode"] == 200
    assert receiver.only("GET /controls/{control_id}").attributes["http.response.status_code"] == 200


def test_a_receiver_that_never_answers_holds_a_sweep_up_for_seconds_only(receiver: Receiver) -> None:
    receiver.silent.set()
    assert sweep.handler({}, Sandbox())["status"] == "complete"
    began = time.monotonic()
    assert api.handler(requested("GET", "/scorecard"), Sandbox())["statusCode"] == 200
    assert time.monotonic() - began < FLUSH_SECONDS + 15  # and not for as long as the receiver likes
