"""The bare clients of a run, made by boto3 alone, each with one page: the floor for a scan's memory.

As many threads as a scan has ask each client once; every page is held until the end.
"""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from botocore.config import Config

THREADS = 16
CONFIG = Config(s3={"addressing_style": "path"}, max_pool_connections=THREADS)


def main(regions: list[str]) -> None:
    """Make the clients, ask each once, and say how many there were."""
    session = boto3.Session()
    account = session.client("sts", config=CONFIG).get_caller_identity()["Account"]
    home = regions[0]
    asked: list[Callable[[], Any]] = []

    def ask(service: str, region: str, operation: str, **arguments: Any) -> None:
        make: Any = session.client
        client = make(service, region_name=region, config=CONFIG)
        if service == "s3control":
            client.meta.events.register("before-call.s3-control", _drop_host_prefix)
        asked.append(lambda: getattr(client, operation)(**arguments))

    ask("iam", home, "list_users", MaxItems=1000)
    ask("s3", home, "list_buckets", MaxBuckets=10_000)
    ask("s3control", home, "get_public_access_block", AccountId=account)
    for region in regions:
        ask("ec2", region, "describe_security_groups", MaxResults=1000)
        ask("rds", region, "describe_db_instances", MaxRecords=100)
        ask("cloudtrail", region, "describe_trails", includeShadowTrails=True)
    with ThreadPoolExecutor(THREADS) as pool:
        pages = list(pool.map(_answer, asked))
    print(f"{len(pages) + 1} clients")


def _answer(ask: Callable[[], Any]) -> Any:
    return ask()


def _drop_host_prefix(params: dict[str, Any], **_: Any) -> None:
    params["url"] = params["url"].replace(f"//{params['headers']['x-amz-account-id']}.", "//", 1)


if __name__ == "__main__":
    main(sys.argv[1].split(","))
