"""A resource: a typed reading of what one account holds, and how the cloud is asked for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

from ccm_engine.core.document import Document, Failure, UnreadableError, lookup
from ccm_engine.core.reading import REQUIRED, Field, Part
from ccm_engine.core.vocabulary import Scope

R_co = TypeVar("R_co", covariant=True)

ACCOUNT, REGION = Scope.ACCOUNT, Scope.REGION


class _AccountId:
    """Stands in an ask's arguments for the id of the account that is asked."""

    def __repr__(self) -> str:
        return "ACCOUNT_ID"


ACCOUNT_ID = _AccountId()


@dataclass(frozen=True)
class Call:
    """The API call that lists all resources of a kind, in each region or once in an account.

    `operation` is the name of the client's method, `items` the path of the list in its response. `one_by`
    names the argument that narrows the listing to given ids. `granted_as` is the IAM action where its name
    is not the API's. `region_by` is the member that tells an item's own region: what else is asked about it
    is asked there. `same_by` is the member that tells that two items (of two regions' listings) are one.
    `page_size` is the largest page where the API's model does not tell it.
    """

    service: str
    operation: str
    items: str
    scope: Scope = REGION
    one_by: str | None = None
    granted_as: str | None = None
    region_by: str | None = None
    same_by: str | None = None
    page_size: int | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class One:
    """There is one of these in each account (or region), and no call lists it."""

    service: str
    scope: Scope = ACCOUNT


class Ask(Field):
    """A field that takes one more call for each resource."""

    def __init__(
        self,
        operation: str,
        path: str,
        default: Any,
        service: str | None,
        absent: tuple[str, ...],
        granted_as: str | None,
        arguments: Mapping[str, Any],
    ) -> None:
        super().__init__(path, default)
        self.operation = operation
        self.absent = absent
        self.granted_as = granted_as
        self.arguments = arguments
        self._service = service

    @property
    def service(self) -> str:
        """The service that is asked: the listing's own unless the field names another."""
        return self._service or self.resource.listed_by.service

    @property
    def resource(self) -> type["Resource"]:
        """The resource that declares this field. Raises TypeError when another class does."""
        if not issubclass(self.owner, Resource):
            raise TypeError(f"{self.owner.__name__}.{self.name}: only a Resource can ask")
        return self.owner

    @cached_property
    def key(self) -> str:
        """Names the call among a resource's answers; fields with the same key share one call."""
        arguments = ",".join(f"{name}={value}" for name, value in sorted(self.arguments.items()))
        return f"{self.service}.{self.operation}({arguments})"

    def failure(self, document: Document) -> Failure | None:
        """Return why this field cannot be read from `document`, None when it can or is known to be absent."""
        answer = document.answers.get(self.key)
        if answer is None:
            return Failure(f"{self.service}:{self.operation}", "NotCollected", region=document.place.region)
        if isinstance(answer, Failure) and answer.code not in self.absent:
            return answer
        return None

    def read(self, part: Part) -> Any:
        """Return the converted answer, None or the default for an absent one. Raises UnreadableError."""
        if not isinstance(part, Resource):
            raise TypeError(f"{self.name}: only a Resource can ask")
        if failure := self.failure(part.document):
            raise UnreadableError(failure)
        answer = part.document.answers[self.key]
        if isinstance(answer, Failure):
            return self.converted(None, None)
        value = lookup(answer.body, self.path)
        if value is None and self.absent and self.default is REQUIRED:
            # The cloud tells by an error that there is none; a response without the member is a broken one.
            source = answer.source
            missing = f"{self.path} is missing"
            raise UnreadableError(Failure(source.call, "MalformedResponse", missing, source.region))
        return self.converted(value, answer.source)


def ask(
    operation: str,
    path: str = "",
    *,
    default: Any = REQUIRED,
    service: str | None = None,
    absent: tuple[str, ...] = (),
    granted_as: str | None = None,
    **arguments: Any,
) -> Any:
    """Declare a field that one more call answers: the member at `path` of its response.

    Keyword arguments are the call's: a string is the path of a member of the listing's item, `ACCOUNT_ID`
    the account's id, anything else itself. Error codes in `absent` mean that there is none (None, or
    `default`); any other error makes the field unreadable.
    """
    return Ask(operation, path, default, service, absent, granted_as, arguments)


class Named(Field):
    """A field made from others: a template such as `arn:{partition}:s3:::{name}`."""

    def read(self, part: Part) -> Any:
        """Return the template filled from the resource's place and fields. Raises UnreadableError."""
        names = _Names(part)
        return self.path.format_map(names)


class _Names(dict[str, Any]):
    def __init__(self, part: Part) -> None:
        super().__init__()
        self._part = part

    def __missing__(self, name: str) -> Any:
        return getattr(self._part, name)


def named(template: str) -> Any:
    """Declare a field that other fields make, with `{account_id}`, `{region}` and `{partition}` known."""
    return Named(template, REQUIRED)


class Resource(Part):
    """One thing in an account. Subclasses declare `type`, `listed_by`, `id`, `arn` and what they read.

    `id` is the cloud's own short name for it. `shown_by` names the field that people know it by (the ARN;
    for EC2 resources the id).
    """

    type: ClassVar[str]
    listed_by: ClassVar[Call | One]
    shown_by: ClassVar[str] = "arn"

    id: str
    arn: str

    def __init__(self, document: Document) -> None:
        super().__init__(document.item, document.source)
        self.document = document

    @property
    def account_id(self) -> str:
        """The account that holds it."""
        return self.document.place.account_id

    @property
    def region(self) -> str:
        """Its region, or `global`."""
        return self.document.place.region

    @property
    def partition(self) -> str:
        """The cloud's partition (`aws`, `aws-cn`, `aws-us-gov`)."""
        return self.document.place.partition

    @classmethod
    def kind(cls) -> str:
        """Name the class among all resources: `aws.ec2.SecurityGroup`."""
        return f"{cls.__module__.rpartition('resources.')[2]}.{cls.__qualname__}"

    @property
    def shown(self) -> str:
        """What stands for it in a list of affected resources."""
        return str(getattr(self, self.shown_by))

    @classmethod
    def asks(cls) -> tuple[Ask, ...]:
        """Return the fields that take a call of their own."""
        return tuple(value for value in cls.fields.values() if isinstance(value, Ask))


class Every(tuple[R_co, ...], Generic[R_co]):
    """All resources of a kind: in the subject's region where both are regional, else in the account."""

    __slots__ = ()

    def __new__(cls, members: Iterable[R_co] = ()) -> "Every[R_co]":
        """Hold `members`, in order."""
        return super().__new__(cls, members)
