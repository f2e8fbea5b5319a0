"""Record the account again: `python tests/recorded/recorded_account.py`, or with `findings` only what is said of it.

moto plays an account of over 500 resources in 40 services at a fixed time and under fixed ids, `ccm snapshot` collects
it into account.jsonl.gz, and `ccm scan --from` judges it into findings.txt. Read the difference before you commit it:
each line claims that a verdict is right for what the documents say.

Where moto errs, the documents do. It does not know some operations (those findings are ERROR), leaves members out
(VPCOptions.VPCId of a search domain, PubliclyAccessible of an Aurora member), turns Macie on wherever it is asked,
leaves recorders of Config at PENDING, and makes an encrypted snapshot of each member of an Aurora cluster.
"""

import contextlib
import gzip
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

HERE = Path(__file__).parent
ACCOUNT, FINDINGS = HERE / "account.jsonl.gz", HERE / "findings.txt"
NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
SEED = 5


@contextmanager
def isolated() -> Iterator[None]:
    """Know nothing of this machine's settings: no cloud, no record, no configuration."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "CCM_", "CHECK_"))}
    own = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
        "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
        "CCM_REGIONS": "us-east-1,eu-west-1",
        "CCM_CONTROLS": "CRITICAL,HIGH,MEDIUM,LOW,iam_password_expiry",
    }
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder, patch.dict(os.environ, {**kept, **own}, clear=True):
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def build() -> None:
    """Fill the account, at fixed times and under fixed ids."""
    import boto3
    import recorded_compute as compute
    import recorded_data as data
    import recorded_identity as identity
    import recorded_network as network
    import recorded_storage as storage
    import recorded_watching as watching
    import time_machine

    clients: dict[tuple[str, str], Any] = {}

    def client(service: str, region: str) -> Any:
        if (service, region) not in clients:
            clients[service, region] = boto3.client(service, region_name=region)  # type: ignore[call-overload]
        return clients[service, region]

    def on(day: str) -> Any:
        return time_machine.travel(identity.day(day), tick=False)

    with on("2026-03-01"):
        identity.people(client, on)
        identity.grants(client)
        identity.account(client)
        for make in (
            *(storage.buckets, storage.disks, storage.files, storage.tables, storage.images, storage.account_block),
            *(network.groups, network.vpcs, network.balancer_logs, network.balancers, network.apis, network.websites),
            *(compute.machines, compute.functions, compute.containers, compute.builds, compute.runbooks),
            *(compute.messages, data.databases, data.warehouses, watching.trails, watching.services),
        ):
            make(client)
        data.keys(client, on)


def record() -> None:
    """Build the account and write what `ccm snapshot` collects of it."""
    import time_machine
    from moto import mock_aws
    from moto.moto_api._internal import mock_random

    from ccm_engine.cli.main import run

    with isolated(), mock_aws():
        mock_random.seed(SEED)
        build()
        with time_machine.travel(NOW), patch("ccm_engine.clouds.aws.keeping.secrets.token_bytes", bytes):
            if code := run(["snapshot", "account.jsonl.gz"]):
                raise SystemExit(code)
        # Without the time of packing, which gzip keeps.
        ACCOUNT.write_bytes(gzip.compress(gzip.decompress(Path("account.jsonl.gz").read_bytes()), mtime=0))


def scanned() -> dict[str, Any]:
    """Return what `ccm scan --from` says of the recorded account."""
    from ccm_engine.cli.main import run

    told = io.StringIO()
    with isolated(), contextlib.redirect_stdout(told), contextlib.redirect_stderr(io.StringIO()):
        run(["scan", "--from", str(ACCOUNT), "-o", "json"])
    return dict(json.loads(told.getvalue()))


def written(scanned: dict[str, Any]) -> str:
    """Return what a scan says as text: each control with its findings, the worst first."""
    worst = ["FAIL", "ERROR", "PASS", "NOT_APPLICABLE"]
    by_control: dict[str, list[dict[str, Any]]] = {one["control_id"]: [] for one in scanned["scorecard"]["controls"]}
    for finding in scanned["findings"]:
        by_control[finding["control_id"]].append(finding)
    lines = []
    for control_id, told in sorted(by_control.items()):
        lines += ["", f"{control_id}: {len(told)}"]
        for one in sorted(told, key=lambda one: (worst.index(one["status"]), one["region"], one["resource_id"])):
            lines.append(f"  {one['status']:<5} {one['region']} {one['resource_id']}: {one['reason']}")
    return "\n".join(lines[1:]) + "\n"


def main() -> None:
    """Record and judge, or judge only."""
    if "findings" not in sys.argv[1:]:
        record()
    FINDINGS.write_text(written(scanned()))


if __name__ == "__main__":
    main()
