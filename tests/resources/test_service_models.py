"""Every resource is checked against AWS's own description of its API, as botocore ships it."""

import importlib
import pkgutil
import types
from collections.abc import Iterator
from datetime import datetime
from typing import Any, get_args, get_origin

import pytest
from botocore.model import ListShape, MapShape, OperationModel, Shape, StringShape, StructureShape

import ccm_engine.resources
from ccm_engine.clouds.aws.models import operation_model
from ccm_engine.clouds.aws.reviewed import REVIEWED
from ccm_engine.core.reading import REQUIRED, Field, Part
from ccm_engine.core.resource import ACCOUNT_ID, Above, Ask, Call, Exactly, Named, Resource
from ccm_engine.core.vocabulary import Scope

PLAIN = {
    str: {"string"},
    int: {"integer", "long"},
    float: {"float", "double"},
    bool: {"boolean"},
    datetime: {"timestamp"},
}


def _kinds() -> Iterator[type[Resource]]:
    for module in pkgutil.walk_packages(ccm_engine.resources.__path__, "ccm_engine.resources."):
        importlib.import_module(module.name)
    waiting = Resource.__subclasses__()
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("ccm_engine.resources."):
            yield kind


KINDS = sorted(set(_kinds()), key=lambda kind: kind.kind())
LISTED = [kind for kind in KINDS if isinstance(kind.listed_by, Call)]
ASKS = [ask for kind in KINDS for ask in kind.asks()]


def member(shape: Shape, path: str) -> Shape:
    """Return the shape at a dotted path. Raises AssertionError, naming the step that is not there."""
    for step in path.split(".") if path else ():
        if isinstance(shape, MapShape):
            assert isinstance(shape.key, StringShape)
            # Some maps (an SNS topic's attributes) have any keys, which only AWS's reference tells.
            assert not shape.key.enum or step in shape.key.enum, f"{path}: {shape.name} has no key {step}"
            shape = shape.value
        else:
            assert isinstance(shape, StructureShape), f"{path}: {shape.name} has no members"
            assert step in shape.members, f"{path}: {shape.name} has no member {step}"
            shape = shape.members[step]
    return shape


def fits(hint: Any, shape: Shape) -> None:
    """Raise AssertionError when a value of this shape is not what the type hint says."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is types.UnionType:
        (hint,) = (argument for argument in arguments if argument is not types.NoneType)
        fits(hint, shape)
    elif origin is tuple:
        assert isinstance(shape, ListShape), f"{shape.name} is a {shape.type_name}, no list"
        fits(arguments[0], shape.member)
    elif origin is dict:
        assert isinstance(shape, MapShape), f"{shape.name} is a {shape.type_name}, no map"
        fits(arguments[1], shape.value)
    elif issubclass(hint, Part) and hint.written_as_text:
        assert shape.type_name in ("string", "structure", "blob"), f"{shape.name} is a {shape.type_name}, no text"
    elif issubclass(hint, Part):
        for field in hint.fields.values():
            reads(field, shape)
    else:
        assert shape.type_name in PLAIN[hint], f"{shape.name} is a {shape.type_name}, no {hint.__name__}"


def reads(field: Field, shape: Shape) -> None:
    """Raise AssertionError when the field finds nothing, or another type, in a document of this shape."""
    fits(field.annotation, member(shape, field.path))


def _output(model: OperationModel) -> Shape:
    assert model.output_shape is not None
    return model.output_shape


def _item_of(kind: type[Resource]) -> Shape:
    listed_by = kind.listed_by
    assert isinstance(listed_by, Call)
    told_by = listed_by.batch or listed_by
    item = _output(operation_model(listed_by.service, told_by.operation))
    for path in told_by.items.split("[]."):
        items = member(item, path)
        assert isinstance(items, ListShape)
        item = items.member
    return item


def _item_above(kind: type[Resource]) -> Shape:
    assert isinstance(kind.listed_by, Call)
    assert kind.listed_by.under, f"{kind.__name__} is listed under nothing"
    return _item_of(kind.listed_by.under)


def test_there_is_something_to_check() -> None:
    assert {kind.__name__ for kind in LISTED} >= {
        "Bucket",
        "DBInstance",
        "PrefixList",
        "SecurityGroup",
        "Trail",
        "User",
    }
    assert len(ASKS) >= 9


@pytest.mark.parametrize("kind", LISTED, ids=lambda kind: kind.kind())
def test_the_listing_is_a_call_of_the_api_and_says_what_is_read(kind: type[Resource]) -> None:
    listed_by = kind.listed_by
    assert isinstance(listed_by, Call)
    model = operation_model(listed_by.service, listed_by.operation)
    item = _item_of(kind)
    for name in [*listed_by.arguments, *listed_by.given, *([listed_by.one_by] if listed_by.one_by else [])]:
        assert model.input_shape is not None
        assert name in model.input_shape.members
    assert set(model.input_shape.required_members if model.input_shape else ()) <= {
        *listed_by.arguments,
        *listed_by.given,
    }
    for path in listed_by.given.values():
        assert member(_item_above(kind), path).type_name == "string"
    if listed_by.under:
        assert listed_by.under.listed_by.scope is listed_by.scope
    if listed_by.batch:
        named = member(_output(model), listed_by.items)
        assert isinstance(named, ListShape)
        assert member(named.member, listed_by.batch.name).type_name == "string"
        described_by = operation_model(listed_by.service, listed_by.batch.operation).input_shape
        assert described_by is not None
        assert {*described_by.required_members} <= {listed_by.batch.names, *listed_by.given} <= {*described_by.members}
    if listed_by.counted_by:
        assert member(_output(model), listed_by.counted_by).type_name == "integer"
    for path in filter(None, (listed_by.region_by, listed_by.same_by)):
        assert member(item, path).type_name == "string"
    for field in kind.fields.values():
        if isinstance(field, Above):
            reads(field, _item_above(kind))
        elif not isinstance(field, Ask | Named):
            reads(field, item)


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: f"{ask.owner.__name__}.{ask.name}")
def test_a_field_asks_a_call_of_the_api_and_reads_its_response(ask: Ask) -> None:
    model = operation_model(ask.service, ask.operation)
    reads(ask, _output(model))
    given = model.input_shape.members if model.input_shape else {}
    required = set(model.input_shape.required_members) if model.input_shape else set()
    assert required <= set(ask.arguments) <= set(given)
    for name, value in ask.arguments.items():
        if isinstance(value, str):
            assert member(_item_of(ask.resource), value).type_name == "string"
        elif isinstance(value, Above):
            assert member(_item_above(ask.resource), value.path).type_name == "string"
        elif isinstance(value, Named):
            assert value.path.format(account_id="123456789012", region="us-east-1", partition="aws")
        elif isinstance(value, Exactly):
            assert value.value in (getattr(given[name], "enum", None) or [value.value])
        else:
            assert value is ACCOUNT_ID or isinstance(value, list | bool | int)
    for path in ask.where:
        member(_item_of(ask.resource), path)
    if ask.first:
        made_by = operation_model(ask.service, ask.first).input_shape
        assert made_by is None or not made_by.required_members
        assert f"{ask.service}.{ask.first}" in REVIEWED


@pytest.mark.parametrize("ask", [ask for ask in ASKS if ask.absent], ids=lambda ask: f"{ask.owner.__name__}.{ask.name}")
def test_what_may_be_absent_may_be_none(ask: Ask) -> None:
    assert types.NoneType in get_args(ask.annotation) or ask.default is not REQUIRED


def test_no_two_kinds_make_the_same_call() -> None:
    calls = [
        f"{kind.listed_by.service}.{kind.listed_by.operation} {sorted(kind.listed_by.arguments.items())} under "
        f"{kind.listed_by.under}"
        for kind in LISTED
        if isinstance(kind.listed_by, Call)
    ]
    calls += sorted({f"{ask.key} about {ask.resource.listed_by}" for ask in ASKS})
    assert sorted({one for one in calls if calls.count(one) > 1}) == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind())
def test_a_resource_names_itself(kind: type[Resource]) -> None:
    assert kind.__doc__
    assert kind.type.startswith("AWS::")
    assert {"id", "arn", kind.shown_by} <= set(kind.fields)
    assert isinstance(kind.listed_by.scope, Scope)
    assert kind.kind().startswith("aws.")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind())
def test_every_response_was_read_for_secrets(kind: type[Resource]) -> None:
    listed_by = kind.listed_by
    if not isinstance(listed_by, Call):
        assert {f"{ask.service}.{ask.operation}" for ask in kind.asks()} <= REVIEWED
        return
    asked = {f"{listed_by.service}.{listed_by.operation}", *(f"{ask.service}.{ask.operation}" for ask in kind.asks())}
    if listed_by.batch:
        asked.add(f"{listed_by.service}.{listed_by.batch.operation}")
    assert asked <= REVIEWED


@pytest.mark.parametrize(
    ("service", "operation", "path", "hint"),
    [
        ("ec2", "describe_security_groups", "SecurityGroups.GroupId", str),
        ("iam", "get_account_summary", "SummaryMap.RootKeys", int),
        ("iam", "get_account_summary", "SummaryMap.AccountAccessKeysPresent", str),
        ("rds", "describe_db_instances", "DBInstances", str),
        ("s3", "get_bucket_acl", "Grants", bool),
    ],
)
def test_the_check_itself_can_fail(service: str, operation: str, path: str, hint: Any) -> None:
    with pytest.raises((AssertionError, KeyError)):
        fits(hint, member(_output(operation_model(service, operation)), path))
