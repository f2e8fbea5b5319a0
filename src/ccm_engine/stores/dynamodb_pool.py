"""Several calls at once, and none of them under way any more when the answer is given."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from ccm_engine.ledger.store import StoreError
from ccm_engine.stores.dynamodb_calls import AT_ONCE

_T = TypeVar("_T")


class Pool:
    """The threads of one store, started at the first use."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._guard = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None
        self._closed = False

    def each(self, act: Callable[[_T], None], things: Iterable[_T]) -> None:
        """Do `act` for every one of `things`, several at once and in no order.

        Raises the error of one that failed, leaving out those that had not begun, and only when all that had
        are done: nobody must meet a write of a call that has long failed.
        """
        begun: list[Future[None]] = []
        try:
            for thing in things:
                begun.append(self._submit(act, thing))  # noqa: PERF401  # `things` may fail after some have begun
            wait(begun, return_when=FIRST_EXCEPTION)
        finally:
            for future in begun:
                future.cancel()
            wait(begun)
        for future in begun:
            if not future.cancelled():
                future.result()

    def close(self) -> None:
        """End the threads when what they do is done, for good."""
        with self._guard:
            self._closed = True
            threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown()

    def _submit(self, act: Callable[[_T], None], thing: _T) -> Future[None]:
        with self._guard:
            if self._closed:
                raise StoreError(f"{self._name}: the store is closed; open it again")
            if self._threads is None:
                self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ccm-dynamodb")
            return self._threads.submit(act, thing)
