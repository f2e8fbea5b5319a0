"""Which members of a kind's documents are kept, and which of those are sealed.

Members that botocore's models or our review call sensitive are sealed. What moves by itself is left out. Of
operations nobody has reviewed only the members that a resource declares are kept.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from botocore.model import ListShape, MapShape, Shape, StructureShape

from ccm_engine.clouds.aws.models import operation_model
from ccm_engine.clouds.aws.reviewed import REVIEWED, SECRET, VOLATILE
from ccm_engine.core.resource import Batch, Call, Resource
from ccm_engine.engine.extent import ABOVE, ANY_NAME, ITEM, Extent, above_paths, answer_paths, item_paths, shown_paths

Path = tuple[str, ...]


@dataclass(frozen=True)
class Members:
    """What becomes of a body's members, by their paths: sealed, left out, or kept though their name sounds secret.

    With `only`, nothing but the members at these dotted paths is kept. `shown` are those that evidence shows as
    they are: to seal them here would hide nothing, and blind a replay.
    """

    only: tuple[str, ...] | None = None
    sensitive: frozenset[Path] = frozenset()
    volatile: frozenset[Path] = frozenset()
    shown: frozenset[Path] = frozenset()

    def shows(self, path: Path) -> bool:
        """Whether evidence shows the member at a path: by itself, or with an object that it shows whole."""
        return path in self.shown or any((*path[:end], ANY_NAME) in self.shown for end in range(len(path)))


_KEPT: dict[type[Resource], Mapping[str, Members]] = {}


def kept_members(kind: type[Resource]) -> Mapping[str, Members]:
    """Return what is kept of a kind's documents: of `item` and `above`, and of answers by their key."""
    if kind not in _KEPT:
        _KEPT[kind] = dict(_kept_members(kind))
    return _KEPT[kind]


def _kept_members(kind: type[Resource]) -> Iterator[tuple[str, Members]]:
    for part in _parts(kind):
        reviewed = {tuple(path.split(".")) for path in SECRET.get(f"{part.service}.{part.operation}", ())}
        secret = sensitive_members(part.service, part.operation) | reviewed
        within = len(part.where)
        yield (
            part.key,
            Members(
                part.extent.only,
                frozenset(path[within:] for path in secret if path[:within] == part.where),
                frozenset(tuple(path.split(".")) for path in part.extent.without),
                shown_paths(kind, part.key),
            ),
        )


def extents(kind: type[Resource]) -> dict[str, Extent]:
    """Return what is kept of a kind's documents: of `item` and `above`, and of answers by their key."""
    found = {part.key: part.extent for part in _parts(kind)}
    # Of the item above only what is read is kept here; the rest is kept with that resource.
    if (read := above_paths(kind)) and "" not in read:
        found[ABOVE] = Extent(only=tuple(read))
    return found


@dataclass(frozen=True)
class _Part:
    """A part of a kind's documents: the operation that tells it, where in the response, and what is kept of it."""

    key: str
    service: str
    operation: str
    where: Path
    extent: Extent


def _parts(kind: type[Resource]) -> Iterator[_Part]:
    def part(key: str, service: str, operation: str, where: Path, declared: Sequence[str]) -> _Part:
        return _Part(key, service, operation, where, extent_of(service, operation, declared))

    for ask in kind.asks():
        yield part(ask.key, ask.service, ask.operation, (), answer_paths(kind, ask.key))
    if isinstance(kind.listed_by, Call):
        told_by = kind.listed_by.batch or kind.listed_by
        yield part(ITEM, kind.listed_by.service, told_by.operation, _steps(told_by.items), item_paths(kind))
    if read := above_paths(kind):
        service, told_above = _told_above(kind)
        yield part(ABOVE, service, told_above.operation, _steps(told_above.items), read)


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
