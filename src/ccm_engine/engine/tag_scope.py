"""Which resources a tag filter leaves in scope, by what was collected. Pure; it never guesses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ccm_engine.core.document import Failure, UnreadableError
from ccm_engine.core.resource import Resource
from ccm_engine.core.tags import TagFilter, TagListing, Untagged
from ccm_engine.core.vocabulary import GLOBAL, Scope
from ccm_engine.engine.collection import Collection, not_collected

Listing = type[TagListing]


@dataclass(slots=True)
class Narrowed:
    """How tags narrowed a control's run: by which filter (as JSON), told by which kinds, and what they left out.

    What is left out is named `REGION|TYPE|ID`, as in the key of a finding behind its control.
    """

    tags: Mapping[str, Any]
    told_by: Sequence[type[Resource]]
    left_out: set[str] = field(default_factory=set)


class TagScope:
    """A filter over one account, when the listings of its tags have been collected."""

    def __init__(self, tags: TagFilter, collection: Collection) -> None:
        self._tags = tags
        self._collection = collection
        self._by_name: dict[tuple[Listing, str], dict[str, TagListing]] = {}

    def of(self, resource: Resource) -> bool | Failure:
        """Return whether a resource is in scope, or why nobody can tell. Its ARN must be readable."""
        listing = self._tags.listing_of(type(resource))
        if listing is None:
            return True
        where = self._where(listing, resource.region)
        if not where:
            return self._collection.regions_failure or not_collected(listing, resource.region)
        name = listing.name_of(resource.arn)
        populations = [self._collection.of(listing)[asked] for asked in where]
        try:
            for asked in where:
                if tagged := self._index(listing, asked).get(name):
                    return self._tags.takes(tagged)
        except UnreadableError as error:
            return error.failure
        if failure := next((one.failure for one in populations if one.failure), None):
            return failure
        # A region without the tagging service tells nothing of any tag.
        return self._tags.takes(Untagged()) if any(one.offered for one in populations) else True

    def _where(self, listing: Listing, region: str) -> list[str]:
        """Return the regions whose listing tells of a resource in `region`."""
        asked = self._collection.of(listing)
        if listing.listed_by.scope is Scope.ACCOUNT or region == GLOBAL:
            return list(asked)  # also for a bucket whose region S3 does not tell
        return [region] if region in asked else []

    def _index(self, listing: Listing, region: str) -> dict[str, TagListing]:
        if (listing, region) not in self._by_name:
            found = [listing(document) for document in self._collection.of(listing)[region].documents]
            self._by_name[listing, region] = {listing.name_of(one.arn): one for one in found}
        return self._by_name[listing, region]
