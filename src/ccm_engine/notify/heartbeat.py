"""A heartbeat: somebody outside hears after each good sweep, and is the one to tell when nothing comes any more."""

from collections.abc import Callable

import structlog

from ccm_engine.notify.secret_url import SecretUrl

_log = structlog.get_logger("ccm.heartbeat")


class Heartbeat:
    """Calls a URL (a GET, as dead man's switches want it). The URL is a secret: it is in no error and no log."""

    setting = "CCM_HEARTBEAT_URL"

    def __init__(self, value: str, again: Callable[[], str | None] | None = None) -> None:
        """Take the URL: https, or http to loopback, and what tells it `again`, as SecretUrl does.

        Raises ValueError without showing it; nothing is called yet.
        """
        try:
            self._url = SecretUrl(value, again)
        except ValueError as error:
            raise ValueError(f"{self.setting}: {error}; copy it from the service that is to miss you") from None

    def beat(self) -> str:
        """Call it once; return what went wrong, nothing when it was heard. What goes wrong is logged, and no more."""
        answer = self._url.ask("GET")
        if isinstance(answer, str):
            problem = f"it could not be reached: {answer}"
        else:
            problem = "" if 200 <= answer.status < 300 else f"it answered {answer.status}"
        if problem:
            _log.warning("the heartbeat was not heard", setting=self.setting, problem=problem)
        return problem
