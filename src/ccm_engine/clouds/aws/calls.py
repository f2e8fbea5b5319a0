"""Calls: limited, retried, paged, and never raising for what AWS answers: an error is a Failure."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's own: the address could not be reached
    HTTPClientError,
)
from botocore.model import OperationModel
from botocore.paginate import Paginator

from ccm_engine.clouds.aws.call_log import CallLog
from ccm_engine.clouds.aws.limits import Bucket, Limiter, StoppedError
from ccm_engine.clouds.aws.paging import largest_page, paging_members, paging_of
from ccm_engine.clouds.aws.sessions import Clients, SessionError
from ccm_engine.clouds.aws.tally import THROTTLES
from ccm_engine.core import moment
from ccm_engine.core.clock import utc_now
from ccm_engine.core.document import Answer, Failure, Source
from ccm_engine.core.vocabulary import GLOBAL

ATTEMPTS = 5
PASSING = frozenset(
    {"InternalError", "InternalFailure", "ServiceUnavailable", "RequestTimeout", "RequestTimeoutException"}
    | {"ReportInProgress"}  # IAM is writing its credential report: a matter of seconds in most accounts
)


class CallFailed(Exception):  # noqa: N818 - carries an answer, not a fault of ours
    """A call ended in a Failure."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


def malformed(call: str, error: Exception, region: str = GLOBAL) -> Failure:
    """Return what a response comes to that botocore cannot read.

    Of what botocore says only the first line is told: below it stands the whole response, with any secret in it.
    """
    first_line, _, _ = str(error).partition("\n")
    return Failure(call, "MalformedResponse", f"{type(error).__name__}: {first_line}", region)


class Caller:
    """Asks AWS for one account. Counts what it asks, and notes it in a log if there is one; safe for many threads."""

    def __init__(self, clients: Clients, limiter: Limiter, account_id: str, log: CallLog | None = None) -> None:
        self.clients = clients
        self.limiter = limiter
        self.account_id = account_id
        self.log = log
        self.calls = 0
        self.throttled = 0
        self._lock = threading.Lock()

    def ask(self, service: str, operation: str, region: str, arguments: Mapping[str, Any]) -> Answer | Failure:
        """Return the whole answer (all pages as one), or why there is none."""
        try:
            pages = list(self.pages(service, operation, region, arguments))
        except CallFailed as error:
            return error.failure
        first = pages[0]
        for page in pages[1:]:
            for name, value in page.body.items():
                if isinstance(value, list):
                    first.body.setdefault(name, []).extend(value)
        return first

    def pages(
        self, service: str, operation: str, region: str, arguments: Mapping[str, Any], page_size: int | None = None
    ) -> Iterator[Answer]:
        """Yield the pages of an answer, the largest the API allows. Raises CallFailed."""
        client, api_name = self._client(service, operation, region)
        model: OperationModel = client.meta.service_model.operation_model(api_name)
        asked = _Asked(self, client, operation, f"{service}:{api_name}", region, service)
        paging = paging_of(service, api_name)
        if paging is None:
            response = asked(**arguments)
            yield asked.answer(response)
            return
        make: Any = Paginator  # its stubs take the method for a name
        paginator = make(asked, paging, model)
        size = page_size or largest_page(paging, model)
        config = {"PageSize": size} if size and "limit_key" in paging else {}
        try:
            for page in paginator.paginate(**arguments, PaginationConfig=config):
                yield asked.answer(page, paging_members(paging))
        except BotoCoreError as error:  # the same token twice, say: pages without end
            raise CallFailed(Failure(asked.call, type(error).__name__, str(error), region)) from error

    def _client(self, service: str, operation: str, region: str) -> tuple[Any, str]:
        try:
            client = self.clients.get(service, region)
            return client, client.meta.method_to_api_mapping[operation]
        except KeyError as error:
            raise CallFailed(Failure(f"{service}:{operation}", "UnknownOperation", region=region)) from error
        except (BotoCoreError, SessionError, ValueError) as error:  # ValueError: an endpoint that is no address
            raise CallFailed(Failure(f"{service}:{operation}", type(error).__name__, str(error), region)) from error

    def count(self) -> None:
        """Note that a request goes out."""
        with self._lock:
            self.calls += 1

    def count_throttle(self) -> None:
        """Note that AWS throttled a request."""
        with self._lock:
            self.throttled += 1


class _Asked:
    """One operation of one client as a function: what botocore's paginator calls for each page."""

    def __init__(self, caller: Caller, client: Any, operation: str, call: str, region: str, service: str) -> None:
        self.call = call
        self.region = region
        self._caller = caller
        self._method: Callable[..., Any] = getattr(client, operation)
        self._bucket: Bucket = caller.limiter.bucket(caller.account_id, region, service)

    def __call__(self, **arguments: Any) -> Any:
        began = time.time_ns()
        for attempt in range(1, ATTEMPTS + 1):
            self._bucket.take()
            self._caller.count()
            try:
                response = self._method(**arguments)
            except Exception as error:
                failure, passing = self._read(error)
                if not passing or attempt == ATTEMPTS:
                    self._note(began, attempt, failure.code)
                    raise CallFailed(failure) from error
                self._back_off(attempt)
            else:
                self._bucket.succeed()
                self._note(began, attempt)
                return response
        raise AssertionError("the last attempt returns or raises")

    def _note(self, began: int, attempts: int, code: str = "") -> None:
        if self._caller.log:
            self._caller.log.note(self.call, self.region, began, attempts, code)

    def _read(self, error: Exception) -> tuple[Failure, bool]:
        """Return what failed and whether it may pass."""
        if isinstance(error, ClientError):
            told = error.response.get("Error", {})
            code = str(told.get("Code") or "Unknown")
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if code in THROTTLES:
                self._bucket.throttle()
                self._caller.count_throttle()
            passing = code in THROTTLES or code in PASSING or status >= 500
            # Credentials that renew themselves ask sts in the middle of another call.
            renewing = error.operation_name == "AssumeRole"
            call = "sts:AssumeRole" if renewing else self.call
            return Failure(call, code, str(told.get("Message", "")), self.region, self._source(error.response)), passing
        passing = isinstance(error, HTTPClientError | ConnectionError)
        if isinstance(error, BotoCoreError | SessionError):
            return Failure(self.call, type(error).__name__, str(error), self.region), passing
        return malformed(self.call, error, self.region), passing

    def _back_off(self, attempt: int) -> None:
        delay = random.uniform(0, min(8.0, 0.2 * 2**attempt))  # noqa: S311 - jitter, no secret
        if self._caller.limiter.stop.wait(delay):
            raise StoppedError

    def answer(self, response: Any, without: tuple[str, ...] = ()) -> Answer:
        """Split a response into its body, `without` some members, and where it came from."""
        # The paginator looks for the next page in the response itself, so this leaves it as it is.
        body = {name: value for name, value in response.items() if name not in ("ResponseMetadata", *without)}
        return Answer(body, self._source(response))

    def _source(self, response: Any) -> Source:
        about = response.get("ResponseMetadata", {})
        told = _written(about.get("HTTPHeaders", {}).get("date", ""))
        return Source(self.call, self.region, str(about.get("RequestId", "")), told, utc_now())


def _written(date: str) -> str:
    try:
        return moment.written(parsedate_to_datetime(date)) if date else ""
    except ValueError:
        return ""
