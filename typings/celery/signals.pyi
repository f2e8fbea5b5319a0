from collections.abc import Callable
from typing import Any

class Signal:
    def connect(self, receiver: Callable[..., None]) -> Any: ...

worker_process_shutdown: Signal
