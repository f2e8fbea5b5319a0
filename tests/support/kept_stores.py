"""Stores that earlier versions kept, each as a copy that today's engine opens."""

import base64
import gzip
import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws

from ccm_engine.stores.dynamodb import DynamoDBStore

FIXTURES = Path(__file__).parent.parent / "fixtures"
ITEMS = ".dynamodb.jsonl.gz"
KEPT = sorted(path for path in FIXTURES.iterdir() if path.name.startswith("ccm-"))
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@contextmanager
def copied(kept: Path, folder: Path) -> Iterator[str]:
    """Yield the CCM_STORE of a copy of a kept store; an emulated account stands around it."""
    with patch.dict(os.environ, CREDENTIALS), mock_aws():
        if kept.name.endswith(ITEMS):
            _fill(kept)
            yield "dynamodb://kept"
        else:
            yield f"sqlite:///{shutil.copy(kept, folder / 'kept.db')}"


def _fill(kept: Path) -> None:
    """Put the items into tables as they lay there, whatever today's engine would have made of them."""
    store = DynamoDBStore("kept")
    store.create()
    store.close()
    held = [json.loads(line) for line in gzip.decompress(kept.read_bytes()).splitlines()]
    puts = [(f"kept-{one['table']}", {"PutRequest": {"Item": _read(one["item"])}}) for one in held]
    client = boto3.client("dynamodb")
    for at in range(0, len(puts), 25):  # the most that one call takes
        batch: dict[str, Any] = defaultdict(list)
        for table, put in puts[at : at + 25]:
            batch[table].append(put)
        assert client.batch_write_item(RequestItems=dict(batch))["UnprocessedItems"] == {}


def _read(item: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {kind: base64.b64decode(value) if kind == "B" else value for kind, value in typed.items()}
        for name, typed in item.items()
    }
