"""What is kept of a collected document: everything but secrets and what moves by itself.

Members that botocore's models or our review call sensitive, and values under keys that look like a
secret's, become HMACs under a key of the store: equal secrets stay equal, and nobody can read them. Of
operations nobody has reviewed only the members that a resource declares are kept.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import Any, Self

from botocore.model import ListShape, MapShape, Shape, StructureShape

from ccm_engine.clouds.aws.models import operation_model
from ccm_engine.clouds.aws.reviewed import REVIEWED, SECRET, VOLATILE
from ccm_engine.core.canonical import canonical, digest
from ccm_engine.core.document import Answer, Document, Sealed, lookup
from ccm_engine.core.plain import plain
from ccm_engine.core.resource import Ask, Batch, Call, Resource
from ccm_engine.engine.extent import ABOVE, ANY_NAME, ITEM, Extent, above_paths, answer_paths, item_paths, shown_paths

SECRET_NAME = re.compile(r"(?i)(passw|secret|token|credential|api[-_]?key|private[-_]?key|access[-_]?key)")
Path = tuple[str, ...]
KEY_BYTES = 32
LEFT_OUT = "left out"
"""What is told of a secret that a snapshot left out: there is nothing to seal any more."""
_SHORT = 5
"""A secret of no more characters is looked for as a whole only: it may be part of anything."""


@dataclass(frozen=True)
class _Rules:
    """What becomes of a body's members, by their paths: sealed, left out, or kept though their name sounds secret.

    `shown` are those that evidence shows as they are: to seal them here would hide nothing, and blind a replay.
    """

    sensitive: frozenset[Path] = frozenset()
    volatile: frozenset[str] = frozenset()
    shown: frozenset[Path] = frozenset()

    def shows(self, path: Path) -> bool:
        """Whether evidence shows the member at a path: by itself, or with an object that it shows whole."""
        return path in self.shown or any((*path[:end], ANY_NAME) in self.shown for end in range(len(path)))


class Keeper:
    """Makes the bytes that are kept of a document. `key` is the store's own secret."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def passing(cls) -> Self:
        """Return one with a secret of its own, which nobody knows afterwards."""
        return cls(secrets.token_bytes(KEY_BYTES))

    def keep(self, kind: type[Resource], document: Document) -> tuple[str, bytes]:
        """Return the digest and the bytes of what is kept: canonical JSON, the same for the same content."""
        data = canonical(self.body(kind, document))
        return digest(data), data

    def body(self, kind: type[Resource], document: Document) -> dict[str, Any]:
        """Return what is kept, as a JSON object."""
        asks = {ask.key: ask for ask in kind.asks()}
        return {
            "kind": kind.kind(),
            "account": document.place.account_id,
            "region": document.place.region,
            "item": self._item(kind, document),
            **({"above": self._above(kind, document)} if document.above is not None else {}),
            "answers": {
                key: self._answer(kind, asks[key], answer) if isinstance(answer, Answer) else {"error": answer.code}
                for key, answer in document.answers.items()
            },
        }

    def secrets(self, kind: type[Resource], document: Document) -> frozenset[str]:
        """Return the texts that `body` seals in a document."""
        listening = _Listening()
        listening.body(kind, document)
        return frozenset(listening.heard)

    def hide(self, facts: Any, hidden: Set[str]) -> Any:
        """Return facts that a control read, with HMACs in the place of texts that are, or hold, one of `hidden`."""
        if isinstance(facts, Mapping):
            return {name: self.hide(member, hidden) for name, member in facts.items()}
        if isinstance(facts, list | tuple):
            return [self.hide(member, hidden) for member in facts]
        if isinstance(facts, str) and (facts in hidden or any(one in facts for one in hidden if len(one) > _SHORT)):
            return self._sealed(facts)
        return facts

    def _item(self, kind: type[Resource], document: Document) -> Any:
        listed_by = kind.listed_by
        if not isinstance(listed_by, Call):
            return document.item
        told_by = listed_by.batch or listed_by
        extent = extent_of(listed_by.service, told_by.operation, item_paths(kind))
        where = _steps(told_by.items)
        shown = shown_paths(kind, ITEM)
        return self._clean(listed_by.service, told_by.operation, document.item, where, extent, shown)

    def _above(self, kind: type[Resource], document: Document) -> Any:
        """Return what fields read of the item it was listed under; the rest is kept with that resource."""
        read = above_paths(kind)
        if not isinstance(document.above, Mapping):
            return plain(document.above)
        service, told_by = _told_above(kind)
        where = _steps(told_by.items)
        extent = extent_of(service, told_by.operation, read)
        kept = self._clean(service, told_by.operation, document.above, where, extent, shown_paths(kind, ABOVE))
        return kept if "" in read else _pruned(kept, read)

    def _answer(self, kind: type[Resource], ask: Ask, answer: Answer) -> Any:
        extent = extent_of(ask.service, ask.operation, answer_paths(kind, ask.key))
        return self._clean(ask.service, ask.operation, answer.body, (), extent, shown_paths(kind, ask.key))

    def _clean(
        self, service: str, operation: str, body: Any, where: Path, extent: Extent, shown: frozenset[Path]
    ) -> Any:
        if extent.only is not None:
            body = _pruned(body, extent.only)
        reviewed = {tuple(path.split(".")) for path in SECRET.get(f"{service}.{operation}", ())}
        secret = sensitive_members(service, operation) | reviewed
        sensitive = frozenset(path[len(where) :] for path in secret if path[: len(where)] == where)
        return self._walk(body, (), _Rules(sensitive, frozenset(extent.without), shown))

    def _walk(self, value: Any, path: Path, rules: "_Rules") -> Any:
        if isinstance(value, Sealed):
            return LEFT_OUT
        if path in rules.sensitive and not _is_empty(value):
            return self._sealed(value)
        if isinstance(value, Mapping):
            return {
                str(name): self._member(value, str(name), member, path, rules)
                for name, member in value.items()
                if ".".join((*path, str(name))) not in rules.volatile
            }
        if isinstance(value, list | tuple):
            return [self._walk(member, path, rules) for member in value]
        return plain(value)

    def _member(self, holder: Mapping[Any, Any], name: str, value: Any, path: Path, rules: "_Rules") -> Any:
        told = [str(holder.get(key, "")) for key in ("Key", "key", "Name", "name")]
        tagged = name.lower() == "value" and any(SECRET_NAME.search(key) for key in told)
        called_so = SECRET_NAME.search(name) and not name.endswith(("Arn", "Status"))
        if tagged or (called_so and not rules.shows((*path, name))):
            if isinstance(value, str | bytes):
                return self._sealed(value)
            if isinstance(value, list | tuple) and all(isinstance(member, str | bytes) for member in value):
                return [self._sealed(member) for member in value]
        return self._walk(value, (*path, name), rules)

    def _sealed(self, value: Any) -> str:
        plain = self._walk(value, (), _Rules())
        return f"hmac-sha256:{hmac.new(self._key, canonical(plain), hashlib.sha256).hexdigest()}"


class _Listening(Keeper):
    """Hears what would be sealed."""

    def __init__(self) -> None:
        super().__init__(b"")
        self.heard: set[str] = set()

    def _walk(self, value: Any, path: Path, rules: _Rules) -> Any:
        # What a snapshot left out is no text any more that something could tell.
        return None if isinstance(value, Sealed) else super()._walk(value, path, rules)

    def _sealed(self, value: Any) -> str:
        self.heard.update(_texts(plain(value)))
        return ""


def _is_empty(value: Any) -> bool:
    """Whether it holds no secret: that a task has no variables is shown, and judged."""
    return value is None or (isinstance(value, str | list | tuple | Mapping) and not value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _texts(member)
    elif isinstance(value, str) and value:
        yield value


def extents(kind: type[Resource]) -> dict[str, Extent]:
    """Return what is kept of a kind's documents: of `item` and `above`, and of answers by their key."""
    asks = {ask.key: ask for ask in kind.asks()}
    found = {key: extent_of(ask.service, ask.operation, answer_paths(kind, ask.key)) for key, ask in asks.items()}
    if isinstance(kind.listed_by, Call):
        told_by = kind.listed_by.batch or kind.listed_by
        found[ITEM] = extent_of(kind.listed_by.service, told_by.operation, item_paths(kind))
    if read := above_paths(kind):
        service, told_above = _told_above(kind)
        whole = extent_of(service, told_above.operation, read)
        found[ABOVE] = whole if "" in read else Extent(only=tuple(read))
    return found


def _told_above(kind: type[Resource]) -> tuple[str, Call | Batch]:
    """Return the service and the call that tells the items which a kind is listed under."""
    above = kind.listed_by.under.listed_by if isinstance(kind.listed_by, Call) and kind.listed_by.under else None
    if not isinstance(above, Call):
        raise TypeError(f"{kind.__name__} is listed under nothing that is listed itself")
    return above.service, above.batch or above


def extent_of(service: str, operation: str, declared: Sequence[str]) -> Extent:
    """Return what is kept of an operation's response of which the members at `declared` paths are read."""
    name = f"{service}.{operation}"
    if name not in REVIEWED:
        return Extent(only=tuple(path for path in declared if path))
    # What a field reads is kept, though it moves by itself.
    return Extent(without=tuple(path for path in VOLATILE.get(name, ()) if Extent(without=(path,)).covers(declared)))


def _steps(items: str) -> Path:
    """Return the path of a listing's items; lists on the way (`Reservations[].Instances`) are no steps."""
    return tuple(items.replace("[]", "").split("."))


def _pruned(body: Any, declared: Iterable[str]) -> dict[str, Any]:
    """Return `body` with nothing but its members at the declared paths."""
    kept: dict[str, Any] = {}
    # The short ones first, so that a path into a member that is kept whole adds nothing to it.
    for path in sorted((path for path in declared if path), key=len):
        *above, last = path.split(".")
        value, holder = lookup(body, path), kept
        if value is not None:
            for step in above:
                holder = holder.setdefault(step, {})
            holder.setdefault(last, value)
    return kept


@cache
def sensitive_members(service: str, operation: str) -> frozenset[Path]:
    """Return the paths of members of the operation's response that botocore's model marks sensitive."""
    output = operation_model(service, operation).output_shape
    return frozenset(_sensitive(output, (), frozenset())) if output else frozenset()


def _sensitive(shape: Shape, path: Path, above: frozenset[str]) -> Iterator[Path]:
    if shape.metadata.get("sensitive"):
        yield path
    elif shape.name in above:
        return  # a shape that holds itself
    elif isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield from _sensitive(member, (*path, name), above | {shape.name})
    elif isinstance(shape, ListShape):
        yield from _sensitive(shape.member, path, above | {shape.name})
    elif isinstance(shape, MapShape) and any(_sensitive(shape.value, path, above | {shape.name})):
        yield path  # the names are anyone's, so all of it is sealed
