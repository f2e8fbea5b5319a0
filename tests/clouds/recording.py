"""Which requests a session's clients make: noted by botocore's own events, one for each request."""

import json
import threading
from collections import Counter
from typing import Any

import boto3


class Requests:
    """Every request of clients made from `session` after this: service, operation, region, parameters."""

    def __init__(self, session: boto3.Session) -> None:
        self.made: list[tuple[str, str, str, str]] = []
        self._lock = threading.Lock()
        session.events.register("before-parameter-build", self._note)

    def _note(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        request = (
            str(model.service_model.service_name),
            str(model.name),
            str(context["client_region"]),
            json.dumps(params, sort_keys=True),
        )
        with self._lock:
            self.made.append(request)

    def by_operation(self) -> Counter[str]:
        """Count the requests by `service.Operation`."""
        return Counter(f"{service}.{operation}" for service, operation, _, _ in self.made)

    def parameters(self, operation: str) -> list[dict[str, Any]]:
        """Return the parameters of all requests of `service.Operation`."""
        return [json.loads(told) for service, name, _, told in self.made if f"{service}.{name}" == operation]

    def repeated(self) -> list[tuple[str, str, str, str]]:
        """Return what was asked more than once."""
        return [request for request, times in Counter(self.made).items() if times > 1]
