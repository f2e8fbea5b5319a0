"""Fills an emulated AWS account (moto, LocalStack or ministack) with resources that pass and resources that fail.

python scripts/seed_localstack.py [--endpoint URL] [--allow-host NAME]      URL: else AWS_ENDPOINT_URL

It writes to an emulator and to nothing else: the endpoint must be on loopback or a host that --allow-host names (in
docker-compose.yml the service's), must not be AWS's, and must answer as an emulator does. It takes no credentials and
no settings of AWS from this machine. Running it twice is harmless.

Exit codes: 0 seeded (what the emulator cannot hold is said and left out), 1 nothing could be made, 2 refused.
"""

import argparse
import http.client
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from ccm_engine.demo import builders as make
from ccm_engine.demo.guard import HOME_ACCOUNT, RealCloudError, demo_session, refuse_real

US, EU = "us-east-1", "eu-west-1"
_SIGNS_OF_LIFE = ("/_localstack/health", "/_ministack/health", "/moto-api/config")
_SECONDS = 10


def people(client: make.ClientFor) -> None:
    """Make a user with a second factor, and one without."""
    make.user(client, "amira.haddad")
    make.user(client, "dev-user", mfa=False)


def buckets(client: make.ClientFor) -> None:
    """Make a bucket that is closed, and one that everybody may read."""
    make.bucket(client, "acme-invoices", EU, block=make.BLOCKED)
    make.bucket(client, "acme-public-site", US, public_policy=True)


def security_groups(client: make.ClientFor) -> None:
    """Make a group that lets an office in, and one that lets everybody in over IPv6."""
    office = make.opening(22, source="203.0.113.0/24", why="SSH from the office")
    make.group(client, "bastion", US, "Jump host", [office])
    make.group(client, "load-test", EU, "Load test rig", [make.opening(20, 30, source="::/0", why="temporary")])


def databases(client: make.ClientFor) -> None:
    """Make an encrypted database, and one that is not."""
    make.database(client, "orders", US)
    make.database(client, "legacy-reports", US, engine="mysql", encrypted=False)


def trail(client: make.ClientFor) -> None:
    """Make a trail of all regions with its bucket."""
    make.bucket(client, "acme-audit-logs", US, block=make.BLOCKED)
    make.trail(client, "acme-audit", US, logs_to="acme-audit-logs", multi_region=True)


PARTS: dict[str, Callable[[make.ClientFor], None]] = {
    "users": people,
    "buckets": buckets,
    "security groups": security_groups,
    "databases": databases,
    "trail": trail,
}


def refuse_other_than_emulators(endpoint: str, allowed_hosts: Sequence[str]) -> None:
    """Return only when `endpoint` is allowed and something there answers as an emulator does.

    Raises RealCloudError.
    """
    refuse_real(endpoint, allowed_hosts)
    if not any(_is_json(endpoint, path) for path in _SIGNS_OF_LIFE):
        raise RealCloudError(f"Endpoint {endpoint!r} is refused: no moto, LocalStack or ministack answers there")


def _is_json(endpoint: str, path: str) -> bool:
    # (moto tells its configuration with 201.)
    place = urlsplit(endpoint)
    kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
    connection = kind(place.hostname or "", place.port, timeout=_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status in (200, 201) and isinstance(json.loads(answer.read()), dict)
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()


def seed(client: make.ClientFor) -> int:
    """Make each part, say on stderr what was made and what was not, and return how many were."""
    made = 0
    for name, part in PARTS.items():
        try:
            part(client)
        except (BotoCoreError, ClientError, ResponseParserError) as error:
            print(f"left out: {name} ({' '.join(str(error).split())[:200]})", file=sys.stderr)
        else:
            print(f"made: {name}", file=sys.stderr)
            made += 1
    return made


def main(arguments: Sequence[str]) -> int:
    """Run with these arguments and return the exit code."""
    parser = argparse.ArgumentParser(description="Fill an emulated AWS account; any other endpoint is refused.")
    parser.add_argument("--endpoint", default=os.environ.get("AWS_ENDPOINT_URL", ""), metavar="URL")
    parser.add_argument("--allow-host", action="append", default=[], metavar="NAME")
    asked = parser.parse_args(arguments)
    if not asked.endpoint:
        parser.error("name the emulator with --endpoint or AWS_ENDPOINT_URL, such as http://127.0.0.1:5000")
    try:
        refuse_other_than_emulators(asked.endpoint, asked.allow_host)
        session = demo_session(asked.endpoint, HOME_ACCOUNT, asked.allow_host)
    except RealCloudError as error:
        print(error, file=sys.stderr)
        return 2
    client: Any = session.client  # its stubs take one service each
    return 0 if seed(lambda service, region: client(service, region_name=region)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
