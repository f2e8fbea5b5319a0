"""A bare script that makes just the calls of a recorded scan, with boto3's own clients: the floor for a scan.

`python -m benchmarks.bare_calls FILE` · one call after the other; of each client and operation it keeps the last page.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

# An answer of an emulator that does not know the call is asked for once, as by the scan.
CONFIG = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})


def client(session: boto3.Session, service: str, region: str) -> Any:
    """Return a client as a plain script would make it."""
    make: Any = session.client
    made = make(service, region_name=region, config=CONFIG)
    if service == "s3control":
        made.meta.events.register("before-call.s3-control", _drop_host_prefix)
    return made


def _drop_host_prefix(params: dict[str, Any], **_: Any) -> None:
    """Reach the emulator, where no host named after the account resolves."""
    params["url"] = params["url"].replace(f"//{params['headers']['x-amz-account-id']}.", "//", 1)


def main(place: Path) -> None:
    """Make the calls, and say how many there were."""
    session, told = boto3.Session(), Counter[str]()
    clients: dict[tuple[str, str], Any] = {}
    kept: dict[tuple[str, str, str], Any] = {}
    with place.open() as file:
        for line in file:
            service, region, operation, members, _ = json.loads(line)
            if (service, region) not in clients:
                clients[service, region] = client(session, service, region)
            told["calls"] += 1
            try:
                kept[service, region, operation] = clients[service, region]._make_api_call(operation, members)
            except (ClientError, ResponseParserError):
                told["refused"] += 1
    print(f"{told['calls']} calls, {told['refused']} refused, {len(clients)} clients")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
