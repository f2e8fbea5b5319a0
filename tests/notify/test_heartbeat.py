import logging

import pytest
from webhooks import SECRET, listening

from ccm_engine.notify.heartbeat import Heartbeat


def test_it_calls_the_url_once() -> None:
    with listening() as switch:
        assert Heartbeat(switch.url).beat() == ""
    assert switch.requests == [(f"/services/{SECRET}", "", b"")]


def test_an_answer_that_is_no_success_is_told_without_the_url(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with listening() as switch:
        switch.status = 410
        assert Heartbeat(switch.url).beat() == "it answered 410"
        gone = switch.url
    assert Heartbeat(gone).beat() == "it could not be reached: NewConnectionError"
    told = capsys.readouterr()
    assert "the heartbeat was not heard" in told.out + told.err
    assert SECRET not in caplog.text + told.out + told.err + repr(Heartbeat(gone))


@pytest.mark.parametrize(
    "value", [f"http://example.com/{SECRET}", SECRET, "https://", f"https://user:pw@example.com/{SECRET}"]
)
def test_what_is_no_https_url_is_refused_without_being_shown(value: str) -> None:
    with pytest.raises(ValueError, match=r"^CCM_HEARTBEAT_URL: it is no https URL") as caught:
        Heartbeat(value)
    assert SECRET not in str(caught.value)
