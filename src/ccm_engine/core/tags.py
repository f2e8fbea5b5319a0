"""Tags: a filter by them, and what a listing must tell so that it can be applied."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, Self

from ccm_engine.core.resource import Call, Resource

Kind = type[Resource]


class Tags(Protocol):
    """The tags of a resource."""

    def has(self, key: str, /) -> bool:
        """Whether there is a tag of that key. Raises UnreadableError."""

    def value(self, key: str, /) -> str:
        """Return the value of a tag that there is. Raises UnreadableError."""


class Untagged:
    """The tags of a resource that has none."""

    def has(self, _: str, /) -> bool:
        """There is no tag."""
        return False

    def value(self, key: str, /) -> str:
        """Raise KeyError."""
        raise KeyError(key)


class TagListing(Resource):
    """The tags of one resource, as a listing of many resources' tags tells them.

    `tells` names the types of resources whose tags it tells: one of these that it lacks has no tags.
    """

    tells: ClassVar[frozenset[str]]

    def has(self, key: str, /) -> bool:
        """Whether there is a tag of that key. Raises UnreadableError."""
        raise NotImplementedError

    def value(self, key: str, /) -> str:
        """Return the value of a tag that there is. Raises UnreadableError."""
        raise NotImplementedError

    @classmethod
    def name_of(cls, arn: str) -> str:
        """Return what is the same of an ARN as this listing writes it and as the resource's own listing does."""
        return arn

    @classmethod
    def is_told(cls, kind: Kind) -> bool:
        """Whether it tells the tags of resources of a kind; of what no call lists, nothing does."""
        return isinstance(kind.listed_by, Call) and kind.type in cls.tells


@dataclass(frozen=True)
class TagFilter:
    """Which resources are in scope: those with a tag for every key in `include`, and for none in `exclude`.

    Both are values by key; no values means any. `told_by` are the listings that tell of tags.
    """

    include: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    exclude: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    told_by: tuple[type[TagListing], ...] = ()

    def takes(self, tags: Tags) -> bool:
        """Whether a resource with these tags is in scope. Raises UnreadableError."""
        if not all(_have(tags, key, wanted) for key, wanted in self.include.items()):
            return False
        return not any(_have(tags, key, unwanted) for key, unwanted in self.exclude.items())

    def listing_of(self, kind: Kind) -> type[TagListing] | None:
        """Return what tells the tags of a kind's resources, None where nothing does: they are always in scope."""
        return next((listing for listing in self.told_by if listing.is_told(kind)), None)

    def listings_of(self, kinds: Iterable[Kind]) -> tuple[type[TagListing], ...]:
        """Return what tells the tags of these kinds, each once."""
        found = (self.listing_of(kind) for kind in kinds)
        return tuple(dict.fromkeys(listing for listing in found if listing))

    def as_json(self) -> dict[str, dict[str, list[str]]]:
        """Return the filter as a JSON object, the same for filters that take the same."""
        return {
            name: {key: sorted(set(values)) for key, values in sorted(told.items())}
            for name, told in (("include", self.include), ("exclude", self.exclude))
        }

    @classmethod
    def from_json(cls, members: Mapping[str, Any], told_by: tuple[type[TagListing], ...]) -> Self:
        """Read back what `as_json` wrote. Raises KeyError, TypeError or AttributeError."""
        include, exclude = (
            {key: tuple(values) for key, values in members[name].items()} for name in ("include", "exclude")
        )
        return cls(include, exclude, told_by)


def _have(tags: Tags, key: str, values: tuple[str, ...]) -> bool:
    return tags.has(key) and (not values or tags.value(key) in values)
