"""What is kept of a collected document: everything but secrets and what moves by itself.

Members that are known to be sensitive (kept_members.py), and values under keys that look like a secret's, become
HMACs under a key of the store: equal secrets stay equal, and nobody can read them.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Self

from ccm_engine.clouds.aws.kept_members import Members, Path, kept_members
from ccm_engine.core.canonical import canonical, digest
from ccm_engine.core.document import Answer, Document, Sealed, lookup
from ccm_engine.core.plain import plain
from ccm_engine.core.resource import Resource
from ccm_engine.engine.extent import ABOVE, ITEM, above_paths

SECRET_NAME = re.compile(r"(?i)(passw|secret|token|credential|api[-_]?key|private[-_]?key|access[-_]?key)")
KEY_BYTES = 32
LEFT_OUT = "left out"
"""What is told of a secret that a snapshot left out: there is nothing to seal any more."""
_SHORT = 5
"""A secret of no more characters is looked for as a whole only: it may be part of anything."""
_TOLD = ("Key", "key", "Name", "name")
_ALL = Members()


@dataclass(frozen=True)
class Keepsake:
    """What is kept of a document: canonical JSON and its digest; and the texts that are sealed in it."""

    name: str
    data: bytes
    secrets: frozenset[str] = field(repr=False)


class Keeper:
    """Makes the bytes that are kept of a document. `key` is the store's own secret."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def passing(cls) -> Self:
        """Return one with a secret of its own, which nobody knows afterwards."""
        return cls(secrets.token_bytes(KEY_BYTES))

    def keep(self, kind: type[Resource], document: Document) -> Keepsake:
        """Return what is kept of a document, and what it hides: the same bytes for the same content."""
        sealing = _Sealing(self._key)
        data = canonical(sealing.body(kind, document))
        return Keepsake(digest(data), data, frozenset(sealing.sealed))

    def body(self, kind: type[Resource], document: Document) -> dict[str, Any]:
        """Return what is kept, as a JSON object."""
        return _Sealing(self._key).body(kind, document)

    def secrets(self, kind: type[Resource], document: Document) -> frozenset[str]:
        """Return the texts that `body` seals in a document."""
        sealing = _Sealing(self._key)
        sealing.body(kind, document)
        return frozenset(sealing.sealed)

    def hide(self, facts: Any, hidden: Set[str]) -> Any:
        """Return facts that a control read, with HMACs in the place of texts that are, or hold, one of `hidden`."""
        if isinstance(facts, Mapping):
            return {name: self.hide(member, hidden) for name, member in facts.items()}
        if isinstance(facts, list | tuple):
            return [self.hide(member, hidden) for member in facts]
        if isinstance(facts, str) and (facts in hidden or any(one in facts for one in hidden if len(one) > _SHORT)):
            return _hmac(self._key, plain(facts))
        return facts


class _Sealing:
    """One walk through a document. `sealed` are the texts it has sealed so far."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.sealed: set[str] = set()

    def body(self, kind: type[Resource], document: Document) -> dict[str, Any]:
        members = kept_members(kind)
        return {
            "kind": kind.kind(),
            "account": document.place.account_id,
            "region": document.place.region,
            # What no call lists has an item without members.
            "item": self._part(document.item, members[ITEM]) if ITEM in members else document.item,
            **({"above": self._above(kind, document.above, members)} if document.above is not None else {}),
            "answers": {
                key: self._part(answer.body, members[key]) if isinstance(answer, Answer) else {"error": answer.code}
                for key, answer in document.answers.items()
            },
        }

    def _above(self, kind: type[Resource], above: Any, members: Mapping[str, Members]) -> Any:
        """Return what fields read of the item it was listed under; the rest is kept with that resource."""
        if not isinstance(above, Mapping):
            return plain(above)
        read = above_paths(kind)
        kept = self._part(above, members[ABOVE])
        return kept if "" in read else _pruned(kept, read)

    def _part(self, body: Any, members: Members) -> Any:
        return self._walk(body if members.only is None else _pruned(body, members.only), (), members)

    def _walk(self, value: Any, path: Path, members: Members) -> Any:
        if isinstance(value, Sealed):
            return LEFT_OUT
        if path in members.sensitive and not _is_empty(value):
            return self._seal(value)
        if isinstance(value, Mapping):
            kept = {}
            for key, member in value.items():
                name = str(key)
                if (within := (*path, name)) not in members.volatile:
                    kept[name] = self._member(value, name, member, within, members)
            return kept
        if isinstance(value, list | tuple):
            return [self._walk(member, path, members) for member in value]
        return plain(value)

    def _member(self, holder: Mapping[Any, Any], name: str, value: Any, path: Path, members: Members) -> Any:
        if _is_tagged(holder, name) or (_sounds_secret(name) and not members.shows(path)):
            if isinstance(value, str | bytes):
                return self._seal(value)
            if isinstance(value, list | tuple) and all(isinstance(member, str | bytes) for member in value):
                return [self._seal(member) for member in value]
        return self._walk(value, path, members)

    def _seal(self, value: Any) -> str:
        told = self._walk(value, (), _ALL)
        self.sealed.update(text for text in _texts(told) if text != LEFT_OUT)
        return _hmac(self._key, told)


def _hmac(key: bytes, value: Any) -> str:
    return f"hmac-sha256:{hmac.new(key, canonical(value), hashlib.sha256).hexdigest()}"


def _is_tagged(holder: Mapping[Any, Any], name: str) -> bool:
    """Whether a member is the value of a tag whose key looks like a secret's."""
    return name.lower() == "value" and any(SECRET_NAME.search(str(holder.get(key, ""))) for key in _TOLD)


@lru_cache(maxsize=4096)
def _sounds_secret(name: str) -> bool:
    return bool(SECRET_NAME.search(name)) and not name.endswith(("Arn", "Status"))


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
