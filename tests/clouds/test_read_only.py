"""Nothing that is asked of a monitored account changes it: by what is declared, and by what is really called."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from lent_aws import lent_aws

from ccm_engine.app.discovery import discover
from ccm_engine.clouds.aws import organizations
from ccm_engine.clouds.aws.models import operation_model
from ccm_engine.clouds.aws.policy import action, documents, reads
from ccm_engine.clouds.aws.policy import actions as needed
from ccm_engine.core.control import Control
from ccm_engine.core.resource import Call
from ccm_engine.demo.world import World, seed
from ccm_engine.engine.plan import Plan, plan
from ccm_engine.resources.aws.tagging import TAG_LISTINGS

Operation = tuple[str, str]
"""A service's id in botocore and the name of an operation."""

ROOT = Path(__file__).parents[2]
READS = re.compile(r"(Get|List|Describe|Head|BatchGet)[A-Z]")
MADE_FOR_THE_CALLER = {("iam", "GenerateCredentialReport")}
"""Writes a list for whoever asks; changes no resource."""
BY_THE_WAY = {("sts", "GetCallerIdentity"), ("ec2", "DescribeRegions")}
"""Who are we, and which regions are enabled: asked whatever is judged."""


def catalogue() -> list[Control]:
    return [control for control in discover() if isinstance(control, Control)]


def declared(told: Plan) -> Iterator[tuple[Operation, str]]:
    """Yield every operation that a plan may call, with the IAM action that grants it."""
    for kind, asks in told.reads.items():
        listed_by = kind.listed_by
        calls: list[tuple[str, str, str | None]] = []
        if isinstance(listed_by, Call):
            calls.append((listed_by.service, listed_by.operation, listed_by.granted_as))
            if batch := listed_by.batch:
                calls.append((listed_by.service, batch.operation, batch.granted_as))
        for ask in asks:
            calls.append((ask.service, ask.operation, ask.granted_as))
            if ask.first:
                calls.append((ask.service, ask.first, None))
        for service, operation, granted_as in calls:
            name = operation_model(service, operation).name
            yield (service, name), granted_as or action(service, operation)


def changes(operations: set[Operation]) -> set[Operation]:
    """Return those whose names do not say that they read."""
    return {one for one in operations if not READS.match(one[1])} - MADE_FOR_THE_CALLER


def test_what_any_control_declares_only_reads() -> None:
    operations = {operation for operation, _ in declared(plan(catalogue()))}
    assert len(operations) > 100
    assert changes(operations) == set()


def test_what_lists_accounts_and_tags_only_reads() -> None:
    listing = [name.partition(":")[2] for name in organizations.actions()]
    tags = [kind.listed_by for kind in TAG_LISTINGS if isinstance(kind.listed_by, Call)]
    assert tags
    listing += [operation_model(call.service, call.operation).name for call in tags]
    assert listing
    assert [name for name in listing if not READS.match(name)] == []


def test_no_value_of_a_secret_is_asked_of_a_monitored_account() -> None:
    """The engine reads secrets of its own so, by its own role, which `ccm policy` does not describe."""
    told = plan(catalogue())
    values = {("secretsmanager", name) for name in ("GetSecretValue", "BatchGetSecretValue")}
    values |= {
        ("ssm", name) for name in ("GetParameter", "GetParameters", "GetParametersByPath", "GetParameterHistory")
    }
    for service, name in values:
        assert name in botocore.session.Session().get_service_model(service).operation_names
    assert {operation for operation, _ in declared(told)} & values == set()
    assert set(needed(told, find_regions=True)) & {f"{service}:{name}" for service, name in values} == set()


@pytest.mark.parametrize(
    "operation", [("ec2", "DeleteVpc"), ("iam", "GenerateServiceLastAccessedDetails"), ("s3", "PutObject")]
)
def test_what_changes_something_would_be_found(operation: Operation) -> None:
    service, name = operation
    assert name in botocore.session.Session().get_service_model(service).operation_names
    assert changes({operation, ("ec2", "DescribeVpcs")}) == {operation}


@pytest.fixture(scope="module")
def estate() -> Iterator[str]:
    """The address of the demo's accounts, good and bad resources in them."""
    with lent_aws() as aws:
        seed(World(aws.endpoint))
        yield aws.endpoint


def environment(endpoint: str) -> Mapping[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.devnull,
        "PYTHONPATH": str(ROOT),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "CCM_REGIONS": "us-east-1",
        "NO_PROXY": "*",
    }


def asked(arguments: list[str], endpoint: str, folder: Path) -> set[Operation]:
    """Return every operation that a command called. Its record is a file, so all of them went to the account."""
    calls = folder / "calls.jsonl"
    program = [sys.executable, "-m", "benchmarks.recording_scan", str(calls), *arguments]
    done = subprocess.run(
        program, env=environment(endpoint), cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode in (0, 1, 3), done.stderr
    lines: list[list[Any]] = [json.loads(line) for line in calls.read_text(encoding="utf-8").splitlines()]
    return {(service, operation) for service, _, operation, *_ in lines}


@pytest.mark.parametrize("command", ["scan", "doctor"])
def test_a_whole_run_calls_what_the_policy_allows_and_changes_nothing(
    command: str, estate: str, tmp_path: Path
) -> None:
    told = plan(catalogue())
    policy = {
        name
        for document in documents(reads(needed(told, find_regions=True)))
        for statement in document["Statement"]
        for name in statement["Action"]
    }
    granted = {operation for operation, by in declared(told) if by in policy}
    operations = asked([command], estate, tmp_path)
    assert len(operations) > 60, "the whole catalogue was asked for"
    assert operations - granted - BY_THE_WAY == set()
    assert changes(operations) == set()
