"""A resource: a typed reading of what one account holds, and how the cloud is asked for it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

from ccm_engine.core.document import Answer, Document, Failure, Sealed, UnreadableError, follow, lookup
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
class Exactly:
    """Stands in an ask's arguments for a text that is meant as it stands, not as a path."""

    value: str

    def __repr__(self) -> str:
        return repr(self.value)


@dataclass(frozen=True)
class Batch:
    """A call that describes several of what a listing gave only the names of: `names` is its argument.

    `items` is the path of the list in its response, `size` how many it takes at once, `name` the path of the name
    in an item of the listing (empty: the item is the name).
    """

    operation: str
    items: str
    names: str
    size: int
    name: str = ""
    granted_as: str | None = None


@dataclass(frozen=True)
class Call:
    """The API call that lists all resources of a kind, in each region or once in an account.

    `operation` is the name of the client's method, `items` the path of the list in its response, with `[]`
    after a list of what holds lists (`Reservations[].Instances`). Where a response leaves an empty list out,
    `counted_by` is the member that says how many there are; `omits_empty` says that there is no such member.
    `one_by` names the argument that narrows the listing to given ids. `granted_as` is the IAM action where its
    name is not the API's. `region_by` is the member that tells an item's own region: what else is asked about it
    is asked there. `same_by` is the member that tells that two items (of two regions' listings) are one.
    `page_size` is the largest page where the API's model does not tell it.

    `under` is the resource that is listed first, with one call of this kind for each of them: `given` says
    which member of its item (a path) is which argument, and the error codes in `gone` mean that it went
    away in the meantime. `batch` describes what the listing only names.
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
    counted_by: str | None = None
    omits_empty: bool = False
    arguments: Mapping[str, Any] = field(default_factory=dict)
    under: "type[Resource] | None" = None
    given: Mapping[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    batch: Batch | None = None


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
        where: Mapping[str, tuple[Any, ...]],
        arguments: Mapping[str, Any],
        *,
        secret: bool = False,
        first: str | None = None,
    ) -> None:
        super().__init__(path, default, secret=secret)
        self.operation = operation
        self.first = first
        self.absent = absent
        self.granted_as = granted_as
        self.where = where
        self.arguments = arguments
        self._service = service

    @property
    def service(self) -> str:
        """The service that is asked: the listing's own unless the field names another."""
        return self._service or self.resource.listed_by.service

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that are called, in their order."""
        return (self.first, self.operation) if self.first else (self.operation,)

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

    def applies(self, item: Any) -> bool:
        """Whether the call is made for a resource with this item of the listing at all, as far as one can tell."""
        told = [(lookup(item, path), wanted) for path, wanted in self.where.items()]
        return all(isinstance(value, Sealed) or value in wanted for value, wanted in told)

    def means_absent(self, failure: Failure) -> bool:
        """Whether the cloud tells by this error that there is none."""
        told = f"{failure.code}: {failure.message}"
        return any(failure.code == one or (": " in one and fnmatchcase(told, f"{one}*")) for one in self.absent)

    def failure(self, document: Document) -> Failure | None:
        """Return why this field cannot be read from `document`, None when it can or is known to be absent."""
        answer = document.answers.get(self.key)
        if answer is None:
            if self.where and not self.applies(document.item):
                return None
            return Failure(f"{self.service}:{self.operation}", "NotCollected", region=document.place.region)
        if isinstance(answer, Failure) and not self.means_absent(answer):
            return answer
        return None

    def read(self, part: Part) -> Any:
        """Return the converted answer, None or the default for an absent one. Raises UnreadableError."""
        if not isinstance(part, Resource):
            raise TypeError(f"{self.name}: only a Resource can ask")
        answer = part.document.answers.get(self.key)
        if not isinstance(answer, Answer):
            if failure := self.failure(part.document):
                raise UnreadableError(failure)
            return self.converted(None, None)
        value = follow(answer.body, self.way)
        if value is None and (self.absent or self.where) and self.default is REQUIRED:
            # None is told by an error, or by not being asked; a response without the member is a broken one.
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
    where: Mapping[str, tuple[Any, ...]] | None = None,
    secret: bool = False,
    first: str | None = None,
    **arguments: Any,
) -> Any:
    """Declare a field that one more call answers: the member at `path` of its response.

    Keyword arguments are the call's: a string is the path of a member of the listing's item (empty: the item
    itself), `ACCOUNT_ID` the account's id (also in a list), `above(path)` a member of the item it was listed
    under, `named(template)` that template filled from the resource's place, `Exactly(text)` that text, anything
    else itself.

    Error codes in `absent` mean that there is none (None, or `default`), also as `Code: how the message
    begins` (`*` is any text); any other error makes the field unreadable. `where` says for which resources the
    call is made, by members of the item (`{"Type": ("application",)}`): for others there is none. `first` is the
    operation that has the answer made and is called before. A `secret` value never enters evidence.
    """
    about = (operation, path, default, service, absent, granted_as, where or {}, arguments)
    return Ask(*about, secret=secret, first=first)


class Above(Field):
    """A field of the resource that this one was listed under."""

    def __repr__(self) -> str:
        return f"above({self.path})"

    def read(self, part: Part) -> Any:
        """Return the converted member of the item above. Raises UnreadableError."""
        if not isinstance(part, Resource):
            raise TypeError(f"{self.name}: only a Resource is listed under another")
        return self.converted(follow(part.document.above, self.way), part.document.source)


def above(path: str, *, default: Any = REQUIRED) -> Any:
    """Declare a field: the member at `path` of the item of the resource that this one was listed under."""
    return Above(path, default)


class Named(Field):
    """A field made from others: a template such as `arn:{partition}:s3:::{name}`."""

    def __repr__(self) -> str:
        return f"named({self.path})"

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
    """All resources of a kind: in the subject's region where both are regional, else in the account.

    Of a kind that is listed under the subject's: those listed under this subject.
    """

    __slots__ = ()

    def __new__(cls, members: Iterable[R_co] = ()) -> "Every[R_co]":
        """Hold `members`, in order."""
        return super().__new__(cls, members)
