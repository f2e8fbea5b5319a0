"""Listing: the pages of one listing as a population, with the batches that describe what is only named."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ccm_engine.clouds.aws.calls import Caller, CallFailed
from ccm_engine.clouds.aws.closed_regions import lacks_service
from ccm_engine.core.document import Answer, Document, Failure, lookup
from ccm_engine.core.resource import ACCOUNT_ID, Above, Batch, Call, Exactly, Named, One, Resource
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.engine.collection import Collection, Population


class Listing:
    """Lists for one account. `home` is the region that answers for what has none."""

    def __init__(self, collection: Collection, caller: Caller, home: str) -> None:
        self.collection = collection
        self.caller = caller
        self.home = home

    def read(self, kind: type[Resource], region: str, above: Document | None = None) -> Population:
        """Return what a region's listing gives (under one resource, where `above` is given), or why it failed."""
        listed_by = kind.listed_by
        if isinstance(listed_by, One):
            return Population([Document(self.collection.place(region), {}, None)])
        found = Population()
        try:
            for page in self.pages(listed_by, region, above):
                found.add(page)
        except CallFailed as error:
            return self.failed(listed_by, self.asked_in(region, above), error)
        return found

    def failed(self, listed_by: Call, asked_in: str, error: CallFailed) -> Population:
        """Return what a listing says by failing: why, or that there is nothing to list."""
        if error.failure.code in listed_by.gone:
            return Population()
        session, partition = self.caller.clients.session, self.collection.account.partition
        if lacks_service(session, error, listed_by.service, asked_in, partition):
            return Population(offered=False)
        return Population(failure=error.failure)

    def asked_in(self, region: str, above: Document | None) -> str:
        """Return the region that is asked for what lies in `region`, or where the resource above lies."""
        where = above.place.region if above else region
        return self.home if where == GLOBAL else where

    def pages(self, listed_by: Call, region: str, above: Document | None = None) -> Iterator[Population]:
        """Yield what a region's listing gives page by page. Raises CallFailed."""
        given = {name: lookup(above.item, path) for name, path in listed_by.given.items()} if above else {}
        asked_in = self.asked_in(region, above)
        for page in self._pages(listed_by, asked_in, given):
            items = _items(page, listed_by.batch or listed_by, asked_in)
            documents = [self._document(listed_by, item, page, region, above) for item in items]
            yield Population(documents, source=page.source)

    def _pages(self, listed_by: Call, region: str, given: Mapping[str, Any]) -> Iterator[Answer]:
        arguments = {**listed_by.arguments, **given}
        pages = self.caller.pages(listed_by.service, listed_by.operation, region, arguments, listed_by.page_size)
        if listed_by.batch is None:
            yield from pages
            return
        names: list[Any] = []
        for page in pages:
            names += [lookup(item, listed_by.batch.name) for item in _items(page, listed_by, region)]
        if not names:
            yield Answer({listed_by.batch.items: []}, page.source)
        for some in _in_batches(names, listed_by.batch):
            described = {**given, listed_by.batch.names: some}
            yield from self.caller.pages(listed_by.service, listed_by.batch.operation, region, described)

    def _document(self, listed_by: Call, item: Any, page: Answer, region: str, above: Document | None) -> Document:
        told = lookup(item, listed_by.region_by) if listed_by.region_by else None
        region = above.place.region if above else told or region
        return Document(self.collection.place(region), item, page.source, above=above.item if above else None)


def argument(value: Any, document: Document) -> Any:
    """Return what stands for an ask's declared argument in the call about a resource."""
    if value is ACCOUNT_ID:
        return document.place.account_id
    if isinstance(value, str):
        return lookup(document.item, value)
    if isinstance(value, Named):
        place = document.place
        return value.path.format(account_id=place.account_id, region=place.region, partition=place.partition)
    if isinstance(value, Above):
        return lookup(document.above, value.path)
    if isinstance(value, list | tuple):
        return [document.place.account_id if member is ACCOUNT_ID else member for member in value]
    return value.value if isinstance(value, Exactly) else value


def _items(page: Answer, told: Call | Batch, region: str) -> list[Any]:
    if isinstance(told, Call) and _leaves_out(told, page.body):
        return []
    found: list[Any] = [page.body]
    for path in told.items.split("[]."):
        lists = [lookup(holder, path) for holder in found]
        if not all(isinstance(one, list) for one in lists):
            raise CallFailed(Failure(page.source.call, "MalformedResponse", f"no list {told.items}", region))
        found = [item for one in lists for item in one]
    return found


def _leaves_out(listed_by: Call, body: Any) -> bool:
    """Whether a response without items may well have no list of them."""
    if listed_by.counted_by:
        return bool(lookup(body, listed_by.counted_by) == 0)
    return listed_by.omits_empty and lookup(body, listed_by.items) is None


def _in_batches(names: Sequence[Any], batch: Batch) -> Iterator[list[Any]]:
    for start in range(0, len(names), batch.size):
        yield list(names[start : start + batch.size])
