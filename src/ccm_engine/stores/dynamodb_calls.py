"""Calls to DynamoDB: one client with its own retries, and what its errors mean to a user."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ccm_engine.ledger.store import StoreError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

AT_ONCE = 8
"""How many calls of one store are under way at most."""

_REFUSED = ("ConditionalCheckFailedException", "TransactionConflictException")
_REFUSED_REASONS = ("ConditionalCheckFailed", "TransactionConflict")
_DENIED = ("AccessDeniedException", "AccessDenied", "UnauthorizedOperation")
_UNKNOWN = ("UnrecognizedClientException", "InvalidSignatureException", "ExpiredTokenException", "ExpiredToken")
_THROTTLED = ("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded")
_MISSING = ("ResourceNotFoundException",)

MAKE_TABLES = "run `ccm init` with rights to create tables, or create them with the Terraform module"


class RefusedError(Exception):
    """The condition of a write did not hold."""


class CallError(StoreError):
    """A call failed; `code` is AWS's error code, empty when no answer came."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code

    @property
    def missing(self) -> bool:
        """Whether what was called for does not exist."""
        return self.code in _MISSING

    @property
    def denied(self) -> bool:
        """Whether the caller has no right to this call."""
        return self.code in _DENIED


class Calls:
    """The client of one store, made at the first call; `told` turns its errors into one line."""

    def __init__(self, name: str, session: boto3.Session | None) -> None:
        self.name = name
        self._session = session
        self._guard = threading.Lock()
        self._client: DynamoDBClient | None = None
        self._closed = False

    @property
    def client(self) -> "DynamoDBClient":
        """The client. Raises StoreError when the settings of AWS do not allow one."""
        with self._guard:
            if self._closed:
                raise StoreError(f"{self.name}: the store is closed; open it again")
            if self._client is None:
                try:
                    # Credentials, region and endpoint come by boto3's own rules.
                    session = self._session or boto3.Session()
                    self._client = session.client(
                        "dynamodb",
                        config=Config(
                            retries={"mode": "standard", "total_max_attempts": 5},
                            connect_timeout=5,
                            read_timeout=20,
                            max_pool_connections=2 * AT_ONCE,
                        ),
                    )
                except (BotoCoreError, ValueError) as error:
                    raise CallError(f"{self.name}: {_line(error)}; {_setting(error)}") from error
            return self._client

    def close(self) -> None:
        """Let go of the client's connections, for good."""
        with self._guard:
            self._closed = True
            client, self._client = self._client, None
        if client is not None:
            client.close()

    @contextmanager
    def told(self, call: str, table: str) -> Iterator["DynamoDBClient"]:
        """Lend the client for `call` on `table`. Raises RefusedError or CallError for its errors."""
        client = self.client
        try:
            yield client
        except ClientError as error:
            raise self._explained(error, call, table) from error
        except BotoCoreError as error:
            raise CallError(f"{self.name}: {call} on {table}: {_line(error)}; {_setting(error)}") from error

    def _explained(self, error: ClientError, call: str, table: str) -> RefusedError | CallError:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _REFUSED or (code == "TransactionCanceledException" and _refused(error.response)):
            return RefusedError()
        said = _line(error.response.get("Error", {}).get("Message", ""))
        if code in _MISSING:
            mend = MAKE_TABLES
        elif code in _DENIED:
            # IAM knows no action for a transaction, only for what is done in it.
            action = call.replace("TransactWriteItems", "PutItem")
            mend = f"allow the engine's role dynamodb:{action} on table {table}"
        elif code in _UNKNOWN:
            mend = "check the AWS credentials (AWS_PROFILE) and the clock"
        elif code in _THROTTLED:
            mend = "try again, or set the table to on-demand capacity"
        elif code == "ValidationException" and "key" in said.lower():
            mend = "the table has other keys than CCM Engine's; choose another prefix in CCM_STORE"
        else:
            mend = "try again"
        return CallError(f"{self.name}: {call} on {table}: {code}: {said}; {mend}", code)


def _refused(response: Any) -> bool:
    return any(reason.get("Code") in _REFUSED_REASONS for reason in response.get("CancellationReasons", []))


def _line(said: object) -> str:
    return " ".join(str(said).split()).rstrip(".")


def _setting(error: Exception) -> str:
    match type(error).__name__:
        case "NoRegionError":
            return "set AWS_DEFAULT_REGION"
        case "NoCredentialsError" | "PartialCredentialsError" | "ProfileNotFound" | "CredentialRetrievalError":
            return "set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
        case _:
            return "check the network, AWS_DEFAULT_REGION and AWS_ENDPOINT_URL"
