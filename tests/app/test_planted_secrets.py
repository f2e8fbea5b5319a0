"""Secrets where people leave them, from the reading to the file that leaves the house: they are nowhere."""

import base64
import json
import logging
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.model import ListShape, StructureShape
from databases import FIRST, REGION, START

from ccm_engine.app import report
from ccm_engine.app.monitor import new_run_id
from ccm_engine.app.record import Recorder
from ccm_engine.app.run_entry import RunInfo
from ccm_engine.app.unstored import Unstored
from ccm_engine.app.views import Views
from ccm_engine.clouds.aws.keeping import Keeper
from ccm_engine.clouds.aws.models import operation_model
from ccm_engine.clouds.aws.reviewed import SECRET as SECRET_MEMBERS
from ccm_engine.core.control import DECLARED, Control, control
from ccm_engine.core.document import Answer, Document, Source
from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource, ask
from ccm_engine.core.verdict import Verdict, failed, passed
from ccm_engine.core.vocabulary import Severity
from ccm_engine.engine.alert import Transition
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.collection import AccountRef, Collection, Population
from ccm_engine.engine.judge import judge_all
from ccm_engine.ledger.export import write_export
from ccm_engine.stores.sqlite import SQLiteStore

SECRET = "postgres://admin:tr0ub4dor@db.internal"


class Function(Resource):
    """A function with its environment."""

    type = "AWS::Lambda::Function"
    listed_by = Call("lambda", "list_functions", "Functions")
    id: str = at("FunctionName")
    arn: str = at("FunctionArn")
    variables: dict[str, str] = at("Environment.Variables")


class Machine(Resource):
    """A machine with the script that it begins with."""

    type = "AWS::EC2::Instance"
    listed_by = Call("ec2", "describe_instances", "Reservations.Instances")
    id: str = at("InstanceId")
    arn: str = at("InstanceId")
    user_data: str = ask("describe_instance_attribute", "UserData.Value", InstanceId="InstanceId")


class Build(Resource):
    """A build with its environment."""

    type = "AWS::CodeBuild::Project"
    listed_by = Call("codebuild", "batch_get_projects", "projects")
    id: str = at("name")
    arn: str = at("arn")
    variables: tuple[dict[str, str], ...] = at("environment.environmentVariables")


@control(title="A function has few variables", severity=Severity.LOW, remedy="Remove some.")
def functions_small(function: Function) -> Verdict:
    """It reads what holds a secret."""
    return failed(f"{function.id} has variables") if function.variables else passed("none")


@control(title="A machine begins with nothing", severity=Severity.LOW, remedy="Remove it.")
def machines_plain(machine: Machine) -> Verdict:
    """It reads what holds a secret."""
    return failed(f"{machine.id} has user data") if machine.user_data else passed("none")


@control(title="A build has few variables", severity=Severity.LOW, remedy="Remove some.")
def builds_small(build: Build) -> Verdict:
    """It reads what holds a secret."""
    return failed(f"{build.id} has variables") if build.variables else passed("none")


def _controls() -> Catalogue:
    found = [vars(one)[DECLARED] for one in (functions_small, machines_plain, builds_small)]
    return Catalogue({one.id: one for one in found if isinstance(one, Control)})


def _planted() -> Collection:
    made = Collection(AccountRef(FIRST), START, regions=(REGION,), calls=1)
    source = Source("lambda:ListFunctions", REGION, "request-1", "Fri, 06 Mar 2026 12:00:00 GMT", START)
    environment = {"environmentVariables": [{"name": "DB", "value": SECRET, "type": "PLAINTEXT"}]}
    items: dict[type[Resource], dict[str, Any]] = {
        Function: {"FunctionName": "mail", "FunctionArn": "arn:mail", "Environment": {"Variables": {"DB": SECRET}}},
        Machine: {"InstanceId": "i-1", "Tags": [{"Key": "db-password", "Value": SECRET}]},
        Build: {"name": "site", "arn": "arn:site", "environment": environment},
    }
    for kind, item in items.items():
        document = Document(made.place(REGION), item, source)
        for asked in kind.asks():
            document.answers[asked.key] = Answer({"UserData": {"Value": SECRET}}, source)
        made.populations[kind] = {REGION: Population([document], source=source)}
    return made


def test_they_are_in_no_entry_document_row_export_or_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    store = SQLiteStore(tmp_path / "ccm.db")
    store.create()
    controls, collection = _controls(), _planted()
    run = RunInfo(new_run_id(START), "schedule", START)
    judged = list(judge_all(controls, collection, START))
    finished = START + timedelta(seconds=30)
    recorder = Recorder(store, Keeper(b"k" * 32))
    recorder.note_catalogue(controls, START)
    recorder.commit(run, collection, judged, frozenset({Transition.FAIL}), finished)
    assert [one.finding.status.value for one in Views(store, controls).known(FIRST)] == ["FAIL"] * 3
    written: dict[str, str] = {
        f"entry {entry.seq} of {ledger}": entry.data.decode()
        for ledger in store.ledgers()
        for entry in store.entries(ledger)
    }
    named = {name for row in store.rows(f"manifest/{FIRST}") for name in [row.body["digest"]]}
    assert len(named) == 3
    documents = {name: (store.document(name) or b"").decode() for name in named}
    assert all("hmac-sha256:" in text for text in documents.values())
    export = BytesIO()
    write_export(export, store, origin="ccm-engine/00", keys={}, notes=(), created_at=finished)
    for line in export.getvalue().splitlines():
        told = json.loads(line)
        if "data" in told:
            written[told["digest"]] = base64.b64decode(told["data"]).decode()
    assert list(store.rows("outbox")), "channels make their messages of these alone"
    for partition in (f"finding/{FIRST}", "outbox"):
        written |= {f"{partition} {row.sort}": json.dumps(row.body) for row in store.rows(partition)}
    written |= {**documents, "export": export.getvalue().decode(), "log": caplog.text}
    assert [name for name, text in written.items() if "tr0ub4dor" in text] == []
    store.close()


def test_they_are_in_no_finding_of_a_run_that_keeps_nothing() -> None:
    told = Unstored()
    told.add(_planted(), judge_all(_controls(), _planted(), START))
    shown = [json.dumps(finding.as_json()) for finding in told.findings]
    assert len(shown) == 3
    assert all("hmac-sha256:" in text and "tr0ub4dor" not in text for text in shown)


def test_they_are_in_no_finding_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "discover", _controls)
    monkeypatch.setattr(report, "collect", lambda *_: _planted())
    monkeypatch.setattr(report, "caller_account", lambda *_: AccountRef(FIRST))
    found = report.scan(boto3.Session(region_name=REGION), None, None).findings
    assert len(found) == 3
    assert all("hmac-sha256:" in json.dumps(one.evidence) for one in found)
    assert "tr0ub4dor" not in repr(found)


@pytest.mark.parametrize("operation", sorted(SECRET_MEMBERS))
def test_what_is_sealed_is_what_aws_answers(operation: str) -> None:
    service, method = operation.split(".")
    for path in SECRET_MEMBERS[operation]:
        shape: Any = operation_model(service, method).output_shape
        for name in path.split("."):
            while isinstance(shape, ListShape):
                shape = shape.member
            assert isinstance(shape, StructureShape)
            shape = shape.members[name]
