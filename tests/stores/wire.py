"""DynamoDB calls that a test can answer, or disturb, itself."""

from collections.abc import Callable
from itertools import count
from types import SimpleNamespace
from typing import Any

import boto3
import botocore.exceptions

Response = tuple[SimpleNamespace, dict[str, Any]]
Answer = Callable[[dict[str, Any]], Response | None]


class Wire:
    """A session whose calls a test can answer, or disturb, one operation at a time."""

    def __init__(self) -> None:
        self.session = boto3.Session(
            aws_access_key_id="testing", aws_secret_access_key="testing", region_name="us-east-1"
        )
        self.calls: list[str] = []
        self._before: dict[str, Answer] = {}
        self._after: dict[str, Callable[[], None]] = {}
        events: Any = self.session.events
        events.register("before-call.dynamodb", self._called)
        # On the level at which moto answers, so that it is done before.
        events.register_last("before-send", self._sent)

    def before(self, operation: str, answer: Answer) -> None:
        """Ask `answer`, with the request, instead of DynamoDB; where it returns None the call goes on."""
        self._before[operation] = answer

    def after(self, operation: str, act: Callable[[], None]) -> None:
        """Do `act` when DynamoDB has done its work, and before the response arrives."""
        self._after[operation] = act

    def _called(self, event_name: str, params: dict[str, Any], **_: object) -> Response | None:
        operation = event_name.rsplit(".", 1)[-1]
        self.calls.append(operation)
        return self._before[operation](params) if operation in self._before else None

    def _sent(self, event_name: str, **_: object) -> None:
        operation = event_name.rsplit(".", 1)[-1]
        if operation in self._after:
            self._after[operation]()


def refusal(code: str, message: str = "No.") -> Response:
    """Return the response to a call that failed."""
    return SimpleNamespace(status_code=400), {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {}}


def once(act: Callable[[], None]) -> Callable[..., None]:
    """Return what does `act` at the first call only."""
    done: list[bool] = []

    def first(*_: object) -> None:
        if not done:
            done.append(True)
            act()

    return first


def at_call(number: int, response: Response) -> Answer:
    """Return what answers one call with `response`, and lets the others go on."""
    calls = count(1)
    return lambda _: response if next(calls) == number else None


def lose_the_answer() -> None:
    """Fail as a connection does that closes before the answer."""
    raise botocore.exceptions.ConnectionClosedError(endpoint_url="https://dynamodb.us-east-1.amazonaws.com/")


def no_time(seconds: float) -> None:
    """Sleep not at all."""
