"""What a channel is: a place to which an alert can be sent."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Self

from ccm_engine.engine.alert import Alert


class DeliveryError(Exception):
    """The alert did not arrive; it stays in the outbox and is sent again.

    The message is one line, fit to be logged and shown: it holds no secret. `retry_after` is the number of
    seconds the other side asked us to wait, None when it did not say.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Channel(ABC):
    """One way to tell people. A further channel is one file in this package with one subclass.

    `name` is what logs and the outbox call it; `setting` is the setting that turns it on, and whose value
    the constructor takes.
    """

    name: ClassVar[str]
    setting: ClassVar[str]

    @abstractmethod
    def __init__(self, value: str) -> None:
        """Take the setting's value. Raises ValueError, one line naming the setting and the mend.

        A value that may be a secret is never part of that line.
        """

    @classmethod
    def renewable(cls, value: str, again: Callable[[], str | None]) -> Self:
        """Return the channel. One whose value may change while it is used takes it from `again` when it needs to.

        `again` tells the setting's value as it is then, None where there is none any more; it raises ValueError.
        """
        del again
        return cls(value)

    @abstractmethod
    def send(self, alert: Alert) -> None:
        """Send one alert, and return when the other side has taken it. Raises DeliveryError.

        Called from any thread, and again with the same alert (same `key`) when it is unsure that it arrived.
        """

    def look(self) -> str:
        """Return what can be told of the other side without sending it anything. Raises DeliveryError."""
        return "its setting has the right form; nothing was sent"

    def __repr__(self) -> str:
        # The value may be a secret, so a channel never shows more than its name.
        return f"<{self.name} channel>"
