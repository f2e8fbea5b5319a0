"""An organization in moto, and AWS's ways that moto lacks: members that refuse, and regions that policies close."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import botocore.handlers
from botocore.awsrequest import AWSResponse
from monitoring import Raw

MANAGEMENT = "123456789012"
ROLE_NAME, EXTERNAL_ID = "ccm-engine", "example-external-id"
_CLOSED_SAYS = (
    "You are not authorized to perform this operation. "
    "User: arn:aws:sts::111122223333:assumed-role/ccm-engine/ccm-engine is not authorized to perform: {action} "
    "with an explicit deny in a service control policy"
)


class Organization:
    """The organization of the account of `moto.mock_aws()`, which must be active. Units are known by their paths."""

    def __init__(self) -> None:
        self.api: Any = boto3.client("organizations", region_name="us-east-1")
        self.api.create_organization(FeatureSet="ALL")
        root = self.api.list_roots()["Roots"][0]
        self.units: dict[str, str] = {"Root": root["Id"]}
        self.accounts: dict[str, str] = {}

    def unit(self, path: str) -> str:
        """Make a unit, below one that is there; return its id."""
        above, _, name = path.rpartition("/")
        told = self.api.create_organizational_unit(ParentId=self.units[above], Name=name)
        self.units[path] = told["OrganizationalUnit"]["Id"]
        return self.units[path]

    def account(self, name: str, unit: str = "Root") -> str:
        """Make an account in a unit; return its id."""
        made = self.api.create_account(AccountName=name, Email=f"{name.lower()}@example.com", RoleName=ROLE_NAME)
        id_ = str(made["CreateAccountStatus"]["AccountId"])
        if unit != "Root":
            self.api.move_account(
                AccountId=id_, SourceParentId=self.units["Root"], DestinationParentId=self.units[unit]
            )
        self.accounts[name] = id_
        return id_

    def suspend(self, name: str) -> None:
        """Close an account."""
        self.api.close_account(AccountId=self.accounts[name])


class Refusals:
    """What AWS refuses now: operations by name, roles by the account they are in, and regions to all accounts.

    `asked` lists each request as `service.Operation`; every AssumeRole is checked as a careful trust policy would.
    """

    def __init__(self) -> None:
        self.operations: dict[str, str] = {}
        self.members: set[str] = set()
        self.closed: set[str] = set()
        self.asked: list[str] = []

    def __call__(self, request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        """Answer botocore before a request is sent; None lets it go its way."""
        operation = event_name.removeprefix("before-send.")
        self.asked.append(operation)
        if code := self.operations.get(operation):
            return _json(request, code, "no permission")
        body = request.body.decode() if isinstance(request.body, bytes) else str(request.body or "")
        if operation == "sts.AssumeRole":
            refused = any(f"%3A{id_}%3Arole" in body for id_ in self.members)
            if refused or f"ExternalId={EXTERNAL_ID}" not in body or "RoleSessionName=" not in body:
                return _xml(request, "AccessDenied", "is not authorized to perform: sts:AssumeRole")
        service, name = operation.split(".", 1)
        if any(f".{region}." in request.url for region in self.closed) and service in ("ec2", "rds", "cloudtrail"):
            why = _CLOSED_SAYS.format(action=f"{service}:{name}")
            if service == "cloudtrail":
                return _json(request, "AccessDeniedException", why)
            refused_as = "UnauthorizedOperation" if service == "ec2" else "AccessDenied"
            return _xml(request, refused_as, why, ec2=service == "ec2")
        return None


@contextmanager
def refusing() -> Iterator[Refusals]:
    """Put refusals before every client that is made within the block."""
    refusals = Refusals()
    handlers: list[Any] = botocore.handlers.BUILTIN_HANDLERS
    entry = ("before-send", refusals)
    handlers.insert(0, entry)
    try:
        yield refusals
    finally:
        handlers.remove(entry)


def _json(request: Any, code: str, said: str) -> AWSResponse:
    headers: Any = {"content-type": "application/x-amz-json-1.1"}
    return AWSResponse(request.url, 400, headers, Raw(json.dumps({"__type": code, "message": said}).encode()))


def _xml(request: Any, code: str, said: str, *, ec2: bool = False) -> AWSResponse:
    error = f"<Error><Code>{code}</Code><Message>{said}</Message></Error>"
    body = f"<Response><Errors>{error}</Errors></Response>" if ec2 else f"<ErrorResponse>{error}</ErrorResponse>"
    headers: Any = {"content-type": "text/xml"}
    return AWSResponse(request.url, 403, headers, Raw(body.encode()))
