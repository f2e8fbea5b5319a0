"""What is kept of a collected document: everything but secrets and what moves by itself.

Members that botocore's models mark sensitive, and values under keys that look like a secret's, become HMACs
under a key of the store: equal secrets stay equal, and nobody can read them. Of operations nobody has
reviewed only the members that a resource declares are kept.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from ccm_engine.clouds.aws.models import operation_model
from ccm_engine.clouds.aws.reviewed import REVIEWED, SECRET, VOLATILE
from ccm_engine.core.canonical import canonical, digest
from ccm_engine.core.document import Answer, Document, lookup
from ccm_engine.core.plain import plain
from ccm_engine.core.resource import Above, Ask, Call, Named, Resource

SECRET_NAME = re.compile(r"(?i)(passw|secret|token|credential|api[-_]?key|private[-_]?key|access[-_]?key)")
Path = tuple[str, ...]


class Keeper:
    """Makes the bytes that are kept of a document. `key` is the store's own secret."""

    def __init__(self, key: bytes) -> None:
        self._key = key

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

    def _item(self, kind: type[Resource], document: Document) -> Any:
        listed_by = kind.listed_by
        if not isinstance(listed_by, Call):
            return document.item
        told_by = listed_by.batch or listed_by
        own = [field.path for field in kind.fields.values() if not isinstance(field, Ask | Above | Named)]
        return self._clean(listed_by.service, told_by.operation, document.item, tuple(told_by.items.split(".")), own)

    def _above(self, kind: type[Resource], document: Document) -> Any:
        """Return what fields read of the item it was listed under; the rest is kept with that resource."""
        read = [field.path for field in kind.fields.values() if isinstance(field, Above)]
        return document.above if read == [""] else plain(_pruned(document.above, read))

    def _answer(self, kind: type[Resource], ask: Ask, answer: Answer) -> Any:
        read = [other.path for other in kind.asks() if other.key == ask.key]
        return self._clean(ask.service, ask.operation, answer.body, (), read)

    def _clean(self, service: str, operation: str, body: Any, where: Path, declared: list[str]) -> Any:
        name = f"{service}.{operation}"
        if name not in REVIEWED:
            body = _pruned(body, declared)
        volatile = {path for path in VOLATILE.get(name, ()) if not _is_read(path, declared)}
        reviewed = {tuple(path.split(".")) for path in SECRET.get(name, ())}
        secret = sensitive_members(service, operation) | reviewed
        sensitive = {path[len(where) :] for path in secret if path[: len(where)] == where}
        return self._walk(body, (), sensitive, volatile)

    def _walk(self, value: Any, path: Path, sensitive: set[Path], volatile: set[str]) -> Any:
        if path in sensitive:
            return self._sealed(value)
        if isinstance(value, Mapping):
            return {
                str(name): self._member(value, str(name), member, path, sensitive, volatile)
                for name, member in value.items()
                if ".".join((*path, str(name))) not in volatile
            }
        if isinstance(value, list | tuple):
            return [self._walk(member, path, sensitive, volatile) for member in value]
        return plain(value)

    def _member(
        self, holder: Mapping[Any, Any], name: str, value: Any, path: Path, sensitive: set[Path], volatile: set[str]
    ) -> Any:
        told = [str(holder.get(key, "")) for key in ("Key", "key", "Name", "name")]
        tagged = name.lower() == "value" and any(SECRET_NAME.search(key) for key in told)
        if tagged or (SECRET_NAME.search(name) and not name.endswith(("Arn", "Status"))):
            if isinstance(value, str | bytes):
                return self._sealed(value)
            if isinstance(value, list | tuple) and all(isinstance(member, str | bytes) for member in value):
                return [self._sealed(member) for member in value]
        return self._walk(value, (*path, name), sensitive, volatile)

    def _sealed(self, value: Any) -> str:
        plain = self._walk(value, (), set(), set())
        return f"hmac-sha256:{hmac.new(self._key, canonical(plain), hashlib.sha256).hexdigest()}"


def _pruned(body: Any, declared: list[str]) -> dict[str, Any]:
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


def _is_read(path: str, declared: list[str]) -> bool:
    return any(read == path or read.startswith(f"{path}.") or path.startswith(f"{read}.") for read in declared if read)


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
