"""A listing whose pages are let go: asked about, handed on, forgotten; at most two of them are there at once."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Protocol

from ccm_engine.clouds.aws.calls import CallFailed
from ccm_engine.clouds.aws.lanes import Lane
from ccm_engine.clouds.aws.listing import Listing
from ccm_engine.core.document import Document
from ccm_engine.core.resource import Call, Resource
from ccm_engine.core.vocabulary import GLOBAL, Scope
from ccm_engine.engine.collection import Collection, Population

Kind = type[Resource]


class Take(Protocol):
    """Takes the resources of one page, whole, when all that is held has been collected."""

    def __call__(self, collection: Collection, kind: Kind, region: str, documents: Sequence[Document], /) -> None:
        """Take them; they are forgotten afterwards. `region` is the one whose listing gave them."""


class Reading(Protocol):
    """The reading of an account that a paged listing is part of."""

    collection: Collection
    listing: Listing

    def submit(self, go_on: Callable[[Any], None], lane: Lane, work: Callable[..., Any], *arguments: Any) -> None:
        """Have a thread do `work`; with what it returns, go on."""

    def lane(self, service: str, region: str) -> Lane:
        """Return the lane of what is asked of a service about what lies in a region."""

    def ask_about(self, kind: Kind, documents: Sequence[Document], submit: Callable[..., None]) -> int:
        """Submit what is asked about these resources; return how many calls that is."""

    def in_scope(self, document: Document, scope: Scope) -> bool:
        """Whether a resource lies in what the run was narrowed to."""


class PagedListing:
    """One region's listing of a kind. All its steps but the calls themselves run on one thread."""

    def __init__(self, reading: Reading, kind: Kind, region: str, take: Take) -> None:
        if not isinstance(kind.listed_by, Call):
            raise TypeError(f"{kind.__name__}: no call lists it")
        self._reading = reading
        self._kind = kind
        self._listed_by = kind.listed_by
        self._region = region
        self._take = take
        self._population = reading.collection.populations[kind][region]
        self._pages: Iterator[Population] = reading.listing.pages(kind.listed_by, region)
        self._released = False
        self._ended = False
        self._asking = 0
        self._lane = reading.lane(kind.listed_by.service, region)
        self._page: list[Document] | None = None
        self._next: list[Document] | None = None
        reading.submit(self._arrived, self._lane, self._fetch)

    def release(self) -> None:
        """Hand pages on from now: what they are judged against is there."""
        self._released = True
        self._hand_on()

    def _fetch(self) -> Population | None:
        try:
            return next(self._pages, None)
        except CallFailed as error:
            listing = self._reading.listing
            return listing.failed(self._listed_by, self._region if self._region != GLOBAL else listing.home, error)

    def _arrived(self, part: Population | None) -> None:
        if part is None or part.failure or not part.offered:
            self._ended = True
            if part:
                # A failed listing says nothing of any resource: what was handed on already does not count.
                self._population.failure, self._population.offered = part.failure, part.offered
            return
        self._population.source = self._population.source or part.source
        scope = self._kind.listed_by.scope
        self._next = [document for document in part.documents if self._reading.in_scope(document, scope)]
        if self._page is None:
            self._turn()

    def _turn(self) -> None:
        """Ask about the page that came, and fetch the one behind it meanwhile."""
        self._page, self._next = self._next, None
        if self._page is None:
            return
        if not self._ended:
            self._reading.submit(self._arrived, self._lane, self._fetch)
        self._asking = self._reading.ask_about(self._kind, self._page, partial(self._reading.submit, self._answered))
        self._hand_on()

    def _answered(self, _: None) -> None:
        self._asking -= 1
        self._hand_on()

    def _hand_on(self) -> None:
        if self._released and self._page is not None and not self._asking:
            page, self._page = self._page, None
            if not self._population.failure:
                self._take(self._reading.collection, self._kind, self._region, page)
            self._turn()
