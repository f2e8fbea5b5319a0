"""Requests as they come over the wire: who asks what, of which service, in which region."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote

CREDENTIAL = b"Credential="


@dataclass(frozen=True)
class Request:
    """One HTTP request, signed by SigV4. Header names are in lower case."""

    method: str
    target: bytes
    headers: Mapping[bytes, bytes]
    body: bytes

    @cached_property
    def scope(self) -> tuple[str, str, str]:
        """The account, the region and the signing name; all empty for a request that nobody signed."""
        _, found, rest = self.headers.get(b"authorization", b"").partition(CREDENTIAL)
        if not found:
            return "", "", ""
        key, _, region, service, _ = rest.split(b",", 1)[0].split(b"/")
        return key[-12:].decode(), region.decode(), service.decode()

    @cached_property
    def path(self) -> str:
        """The path, decoded."""
        return unquote(self.target.partition(b"?")[0].decode())

    @cached_property
    def query(self) -> dict[str, str]:
        """The query's members; those without a value are empty."""
        return dict(parse_qsl(self.target.partition(b"?")[2].decode(), keep_blank_values=True))

    @cached_property
    def members(self) -> dict[str, Any]:
        """The body's members: a form's (names as they are sent: `Filter.1.Name`), or a JSON object's."""
        if self.body[:1] == b"{":
            told: dict[str, Any] = json.loads(self.body)
            return told
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def identity(self) -> int:
        """The same for requests that ask the same of the same account."""
        return hash(
            (self.scope, self.method, self.target, self.headers.get(b"x-amz-target"), self.body, self._account_named)
        )

    @property
    def _account_named(self) -> bytes | None:
        return self.headers.get(b"x-amz-account-id")  # s3control asks by it alone
