"""How far a run is: accounts done of all, the last one's name, and how long the rest will take."""

from collections.abc import Callable
from datetime import datetime

Progress = Callable[[str], None]


class AccountsDone:
    """Counts accounts. `say` is told one line for each."""

    def __init__(self, total: int, say: Progress, clock: Callable[[], datetime]) -> None:
        self._total = total
        self._say = say
        self._clock = clock
        self._began = clock()
        self._done = 0

    def one_more(self, account_id: str, name: str = "") -> None:
        """Count an account that is done."""
        self._done += 1
        whose = f"{account_id} {name}".strip()
        self._say(f"{self._done} of {self._total} accounts ({whose}){self._left()}")

    def _left(self) -> str:
        rest = self._total - self._done
        if not rest:
            return ""
        seconds = (self._clock() - self._began).total_seconds() / self._done * rest
        return f", about {_said(seconds)} left"


def _said(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{seconds / 3600:.1f} h"
