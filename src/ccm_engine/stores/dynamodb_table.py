"""One of the store's tables: items by two text keys, with contents of any size.

An item takes at most 400 KB. Contents that are larger, also when compressed, are kept in *parts*: items of their
own, under a key that only this one write knows, written before the item that makes them visible.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import zstandard

from ccm_engine.ledger.store import CorruptError, StoreError
from ccm_engine.stores.dynamodb_calls import Calls, RefusedError

_INLINE_BYTES = 350_000
_BATCH = 25
_PATIENCE = 8

ABSENT = "attribute_not_exists(pk)"
"""The condition of a write that must find nothing."""


@dataclass(frozen=True, slots=True)
class Item:
    """An item as it is stored.

    `number` is an entry's or row's seq, or a mark's version. `writer` names the one write that made it. `name` is
    the whole name where the key holds only its beginning. The contents are `packed`, or in `parts` items.
    """

    pk: str
    sk: str
    number: int
    writer: str
    packed: bytes | None = None
    parts: int = 0
    name: str | None = None

    @property
    def empty(self) -> bool:
        """Whether the item has no contents: what it stood for was removed."""
        return self.packed is None and not self.parts

    def attributes(self) -> dict[str, Any]:
        """Return the item in DynamoDB's own form."""
        attributes: dict[str, Any] = {
            "pk": {"S": self.pk},
            "sk": {"S": self.sk},
            "seq": {"N": str(self.number)},
            "writer": {"S": self.writer},
        }
        if self.packed is not None:
            attributes["data"] = {"B": self.packed}
        if self.parts:
            attributes["parts"] = {"N": str(self.parts)}
        if self.name is not None:
            attributes["name"] = {"S": self.name}
        return attributes


def _item(attributes: Mapping[str, Any]) -> Item:
    return Item(
        pk=attributes["pk"]["S"],
        sk=attributes["sk"]["S"],
        number=int(attributes["seq"]["N"]),
        writer=attributes["writer"]["S"],
        packed=attributes["data"]["B"] if "data" in attributes else None,
        parts=int(attributes["parts"]["N"]) if "parts" in attributes else 0,
        name=attributes["name"]["S"] if "name" in attributes else None,
    )


class Table:
    """A table with the keys `pk` and `sk`, both text. Reads are consistent, but for `has`."""

    def __init__(self, calls: Calls, name: str) -> None:
        self.calls = calls
        self.name = name

    def get(self, pk: str, sk: str) -> Item | None:
        """Return an item, None when there is none."""
        with self.calls.told("GetItem", self.name) as client:
            answer = client.get_item(TableName=self.name, Key={"pk": {"S": pk}, "sk": {"S": sk}}, ConsistentRead=True)
        return _item(answer["Item"]) if "Item" in answer else None

    def has(self, pk: str, sk: str) -> bool:
        """Tell whether there is an item; one written in the last seconds may be overlooked."""
        with self.calls.told("GetItem", self.name) as client:
            answer = client.get_item(
                TableName=self.name, Key={"pk": {"S": pk}, "sk": {"S": sk}}, ProjectionExpression="pk"
            )
        return "Item" in answer

    def query(
        self, pk: str, low: str, high: str, *, descending: bool = False, limit: int | None = None
    ) -> Iterator[Item]:
        """Yield the items of `pk` from `low` to `high` inclusive, in order, a page (at most 1 MB) at a time.

        `limit` is the most items of one page, where fewer are wanted.
        """
        if low > high:
            return
        query: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": "pk = :pk AND sk BETWEEN :low AND :high",
            "ExpressionAttributeValues": {":pk": {"S": pk}, ":low": {"S": low}, ":high": {"S": high}},
            "ScanIndexForward": not descending,
            "ConsistentRead": True,
        }
        if limit is not None:
            query["Limit"] = limit
        while True:
            with self.calls.told("Query", self.name) as client:
                page = client.query(**query)
            yield from map(_item, page["Items"])
            if not page.get("LastEvaluatedKey"):
                return
            query["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def put(self, item: Item, condition: str, values: Mapping[str, int] | None = None) -> Item | None:
        """Write an item if `condition` holds, and return the one it replaced. Raises RefusedError if not."""
        extra: dict[str, Any] = {}
        if values:
            extra["ExpressionAttributeValues"] = {name: {"N": str(value)} for name, value in values.items()}
        with self.calls.told("PutItem", self.name) as client:
            answer = client.put_item(
                TableName=self.name,
                Item=item.attributes(),
                ConditionExpression=condition,
                ReturnValues="ALL_OLD",
                **extra,
            )
        return _item(answer["Attributes"]) if answer.get("Attributes") else None

    def put_together(self, *items: Item) -> None:
        """Write items where none is, all or none. Raises RefusedError."""
        with self.calls.told("TransactWriteItems", self.name) as client:
            client.transact_write_items(
                TransactItems=[
                    {"Put": {"TableName": self.name, "Item": item.attributes(), "ConditionExpression": ABSENT}}
                    for item in items
                ]
            )

    def holding(self, pk: str, sk: str, number: int, writer: str, data: bytes, name: str | None = None) -> Item:
        """Return an item that holds `data`, with its parts, if it needs any, written already."""
        packed = zstandard.ZstdCompressor().compress(data)
        if len(packed) + len((name or "").encode()) <= _INLINE_BYTES:
            return Item(pk, sk, number, writer, packed=packed, name=name)
        starts = range(0, len(packed), _INLINE_BYTES)
        for place, start in enumerate(starts):
            part = Item(_parts_key(writer), f"{place:06d}", number, writer, packed[start : start + _INLINE_BYTES])
            # A part that is there is our own: the answer was lost, and the write repeated.
            with suppress(RefusedError):
                self.put(part, ABSENT)
        return Item(pk, sk, number, writer, parts=len(starts), name=name)

    def contents(self, item: Item) -> bytes | None:
        """Return what an item holds, None when parts are lacking: the item was replaced in the meantime.

        Raises CorruptError.
        """
        packed = item.packed
        if packed is None:
            parts = list(self.query(_parts_key(item.writer), "000000", f"{item.parts - 1:06d}"))
            if len(parts) != item.parts:
                return None
            packed = b"".join(part.packed or b"" for part in parts)
        try:
            return zstandard.ZstdDecompressor().decompress(packed)
        except zstandard.ZstdError as error:
            raise CorruptError(
                f"{self.calls.name}: an item of {self.name} ({item.pk}, {item.sk}) cannot be unpacked: {error}"
            ) from error

    def discard_parts(self, item: Item) -> None:
        """Remove the parts of an item that is seen no more."""
        for place in range(item.parts):
            self.delete(_parts_key(item.writer), f"{place:06d}")

    def delete(self, pk: str, sk: str) -> None:
        """Remove an item, if there is one."""
        with self.calls.told("DeleteItem", self.name) as client:
            client.delete_item(TableName=self.name, Key={"pk": {"S": pk}, "sk": {"S": sk}})

    def key_batches(self) -> Iterator[list[dict[str, Any]]]:
        """Yield the keys of all items, in lists as `remove` takes them."""
        batch: list[dict[str, Any]] = []
        more: dict[str, Any] = {}
        while True:
            with self.calls.told("Scan", self.name) as client:
                page = client.scan(TableName=self.name, ProjectionExpression="pk, sk", ConsistentRead=True, **more)
            batch += page["Items"]
            while len(batch) >= _BATCH:
                yield batch[:_BATCH]
                batch = batch[_BATCH:]
            if not page.get("LastEvaluatedKey"):
                break
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
        if batch:
            yield batch

    def remove(self, keys: list[dict[str, Any]]) -> None:
        """Remove the items of at most 25 keys."""
        wanted: dict[str, Any] = {self.name: [{"DeleteRequest": {"Key": key}} for key in keys]}
        for attempt in range(_PATIENCE):
            with self.calls.told("BatchWriteItem", self.name) as client:
                wanted = client.batch_write_item(RequestItems=wanted).get("UnprocessedItems", {})
            if not wanted:
                return
            # Unlike other calls this one reports throttling in its answer, where no retry mode sees it.
            time.sleep(0.05 * 2**attempt)
        raise StoreError(f"{self.calls.name}: BatchWriteItem on {self.name} is throttled; try again")


def _parts_key(writer: str) -> str:
    return f"#parts/{writer}"
