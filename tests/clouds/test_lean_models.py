"""The lean models say what botocore's own say, manuals aside, for any operation of any service."""

import json
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.loaders import JSONFileLoader, Loader

from ccm_engine.clouds.aws.lean_models import Described, LeanFiles, LeanLoader
from ccm_engine.clouds.aws.models import operation_model
from ccm_engine.clouds.aws.sessions import shared_session

# kafka's file is indented in another way than most.
SERVICES = ("cloudtrail", "dynamodb", "ec2", "iam", "kafka", "lambda", "organizations", "rds", "s3", "s3control", "sts")


def paths(service: str) -> list[Path]:
    folder = Path(Loader.BUILTIN_DATA_PATH) / service
    return [found.with_name("service-2") for found in folder.glob("*/service-2.json*")]


def without_manuals(value: Any) -> Any:
    if isinstance(value, dict):
        told = {name: without_manuals(member) for name, member in value.items()}
        return {name: "" if name == "documentation" and type(of) is str else of for name, of in told.items()}
    return [without_manuals(member) for member in value] if isinstance(value, list) else value


@pytest.mark.parametrize("service", SERVICES)
def test_a_lean_model_is_the_whole_model_without_its_manuals(service: str) -> None:
    for path in paths(service):
        whole = JSONFileLoader().load_file(str(path))
        lean = LeanFiles().load_file(str(path))
        assert lean is not None
        read = {name: dict(of.items()) if isinstance(of, Described) else of for name, of in lean.items()}
        assert without_manuals(read) == without_manuals(whole)


@pytest.mark.parametrize("service", ["ec2", "iam"])
def test_what_nobody_looked_up_stays_text(service: str) -> None:
    lean = LeanLoader().load_service_model(service, "service-2")
    shapes = lean["shapes"]
    assert isinstance(shapes, Described)
    name = next(iter(shapes))
    assert all(type(dict.__getitem__(shapes, one)) is bytes for one in shapes)
    assert shapes.get(name) is shapes[name]
    assert type(dict.__getitem__(shapes, name)) is dict
    assert shapes.get("NoSuchShape") is None


@pytest.mark.parametrize("indent", [None, 1, 4])
def test_a_model_written_in_another_way_is_read_as_a_whole(tmp_path: Path, indent: int | None) -> None:
    # Also one of the user's own, from the models folder in the home directory.
    model = {
        "metadata": {"serviceId": "Own"},
        "operations": {"Ask": {"name": "Ask", "documentation": 'a "quoted" word\n'}},
        "shapes": {"documentation": {"type": "structure", "members": {"documentation": {"shape": "Text"}}}},
    }
    (tmp_path / "service-2.json").write_text(json.dumps(model, indent=indent))
    assert without_manuals(LeanFiles().load_file(str(tmp_path / "service-2"))) == without_manuals(model)


def test_a_file_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert LeanFiles().load_file(str(tmp_path / "service-2")) is None


def test_clients_of_two_regions_share_their_methods(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    session = shared_session()
    first, second = (session.client("iam", region_name=region) for region in ("us-east-1", "eu-west-1"))
    assert type(first).list_users is type(second).list_users
    assert session.client("sts", region_name="us-east-1").meta.service_model.service_name == "sts"


def test_the_clients_have_every_method_and_waiter_that_bare_ones_have() -> None:
    bare = botocore.session.Session()
    lean = botocore.session.Session()
    lean.register_component("data_loader", LeanLoader())
    ours, theirs = (
        boto3.Session("testing", "testing", region_name="us-east-1", botocore_session=core).client("ec2")
        for core in (lean, bare)
    )
    assert ours.meta.method_to_api_mapping == theirs.meta.method_to_api_mapping
    assert ours.waiter_names == theirs.waiter_names
    assert ours.can_paginate("describe_instances")


def test_a_method_that_a_service_lacks_is_said() -> None:
    assert operation_model("s3", "get_bucket_acl").name == "GetBucketAcl"
    with pytest.raises(ValueError, match="s3 has no operation describe_instances"):
        operation_model("s3", "describe_instances")
