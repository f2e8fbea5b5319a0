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
from ccm_engine.core.reading import Field, Part
from ccm_engine.core.resource import ACCOUNT_ID, Ask, Call, Named, Resource
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
            assert step in shape.key.enum, f"{path}: {shape.name} has no key {step}"
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
    items = member(_output(operation_model(listed_by.service, listed_by.operation)), listed_by.items)
    assert isinstance(items, ListShape)
    return items.member


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
    for name in [*listed_by.arguments, *([listed_by.one_by] if listed_by.one_by else [])]:
        assert model.input_shape is not None
        assert name in model.input_shape.members
    for path in filter(None, (listed_by.region_by, listed_by.same_by)):
        assert member(item, path).type_name == "string"
    for field in kind.fields.values():
        if not isinstance(field, Ask | Named):
            reads(field, item)


@pytest.mark.parametrize("ask", ASKS, ids=lambda ask: f"{ask.owner.__name__}.{ask.name}")
def test_a_field_asks_a_call_of_the_api_and_reads_its_response(ask: Ask) -> None:
    model = operation_model(ask.service, ask.operation)
    reads(ask, _output(model))
    given = model.input_shape.members if model.input_shape else {}
    required = set(model.input_shape.required_members) if model.input_shape else set()
    assert required <= set(ask.arguments) <= set(given)
    for value in ask.arguments.values():
        if isinstance(value, str):
            assert member(_item_of(ask.resource), value).type_name == "string"
        else:
            assert value is ACCOUNT_ID


@pytest.mark.parametrize("ask", [ask for ask in ASKS if ask.absent], ids=lambda ask: f"{ask.owner.__name__}.{ask.name}")
def test_what_may_be_absent_may_be_none(ask: Ask) -> None:
    assert types.NoneType in get_args(ask.annotation)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind())
def test_a_resource_names_itself(kind: type[Resource]) -> None:
    assert kind.__doc__
    assert kind.type.startswith("AWS::")
    assert {"id", "arn", kind.shown_by} <= set(kind.fields)
    assert isinstance(kind.listed_by.scope, Scope)
    assert kind.kind().startswith("aws.")


@pytest.mark.parametrize("kind", LISTED, ids=lambda kind: kind.kind())
def test_every_response_was_read_for_secrets(kind: type[Resource]) -> None:
    listed_by = kind.listed_by
    assert isinstance(listed_by, Call)
    asked = {f"{listed_by.service}.{listed_by.operation}", *(f"{ask.service}.{ask.operation}" for ask in kind.asks())}
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
