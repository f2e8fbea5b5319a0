"""DynamoDB's request units, counted at the client: by AWS's published rules, from what is sent and answered.

An emulator reports no capacity that could be billed. Items weigh the UTF-8 bytes of their names and values (a number
takes half a byte per digit and one more). A write takes a unit per KB begun, twice that in a transaction; a
consistent read takes one per 4 KB begun, an eventually consistent one half of that; a query weighs what it read,
together.
"""

import math
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3


@dataclass
class Counted:
    """What calls to DynamoDB took: calls, request units, bytes of the items written; and calls by operation."""

    writes: int = 0
    write_units: float = 0.0
    bytes_written: int = 0
    reads: int = 0
    read_units: float = 0.0
    operations: Counter[str] = field(default_factory=Counter)


def item_bytes(item: Mapping[str, Mapping[str, Any]]) -> int:
    """Return what an item weighs."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, held),) = value.items()
    match kind:
        case "S":
            return len(held.encode())
        case "B":
            return len(held)
        case "N":
            return math.ceil(len(held.lstrip("-").strip("0") or "0") / 2) + 1
    raise ValueError(f"the store writes no attribute of type {kind}")


class Meter:
    """Counts what the clients of `session` ask of DynamoDB; made before they are, because each takes its own copy."""

    def __init__(self, session: boto3.Session) -> None:
        self.counted = Counted()
        self._guard = threading.Lock()
        self._own = threading.local()
        # What is sent is known before it is serialised, what is answered only after: one call runs on one thread.
        events: Any = session.events
        events.register("provide-client-params.dynamodb", self._sent)
        events.register("after-call.dynamodb", self._answered)

    def taken(self) -> Counted:
        """Return what was counted since the last look, and begin anew."""
        with self._guard:
            told, self.counted = self.counted, Counted()
        return told

    def _sent(self, params: dict[str, Any], **_: Any) -> None:
        self._own.params = params

    def _answered(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        params, told = self._own.params, self.counted
        with self._guard:
            told.operations[model.name] += 1
            match model.name:
                case "PutItem" | "DeleteItem":
                    self._wrote(item_bytes(params.get("Item", {})), item_bytes(parsed.get("Attributes", {})))
                case "TransactWriteItems":
                    for one in params["TransactItems"]:
                        self._wrote(item_bytes(one["Put"]["Item"]), 0, times=2)
                case "GetItem":
                    self._read(item_bytes(parsed.get("Item", {})), consistent=params.get("ConsistentRead", False))
                case "Query" | "Scan":
                    read = sum(item_bytes(one) for one in parsed.get("Items", ()))
                    self._read(read, consistent=params.get("ConsistentRead", False))

    def _wrote(self, new: int, old: int, times: int = 1) -> None:
        self.counted.writes += 1
        self.counted.bytes_written += new
        self.counted.write_units += times * max(1, math.ceil(max(new, old) / 1024))

    def _read(self, read: int, *, consistent: bool) -> None:
        self.counted.reads += 1
        self.counted.read_units += max(1, math.ceil(read / 4096)) * (1 if consistent else 0.5)
