"""Listings whose responses are no plain lists: lists in lists, lists left out, pages botocore does not tell of."""

import json
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ccm_engine.clouds.aws.calls import Caller
from ccm_engine.clouds.aws.keeping import Keeper
from ccm_engine.clouds.aws.listing import Listing
from ccm_engine.clouds.aws.paging import UNTOLD
from ccm_engine.clouds.aws.sessions import Clients
from ccm_engine.core.reading import at
from ccm_engine.core.resource import ACCOUNT, Call, Resource, named
from ccm_engine.engine.collection import AccountRef, Collection, Population
from ccm_engine.resources.aws.sqs import Queue

from .canned import Asked, answer_with, response
from .judging import NOW, fast_limiter

IMAGE = "ami-12c6146b"


class Instance(Resource):
    """A server, listed in the reservation it was started with."""

    type = "AWS::EC2::Instance"
    listed_by = Call("ec2", "describe_instances", "Reservations[].Instances")

    id: str = at("InstanceId")
    arn: str = named("arn:{partition}:ec2:{region}:{account_id}:instance/{id}")


class Distribution(Resource):
    """A distribution: with none of them the response has no list."""

    type = "AWS::CloudFront::Distribution"
    listed_by = Call(
        "cloudfront",
        "list_distributions",
        "DistributionList.Items",
        scope=ACCOUNT,
        counted_by="DistributionList.Quantity",
    )

    id: str = at("Id")
    arn: str = at("ARN")


class WebAcl(Resource):
    """A web ACL: botocore does not tell that they come in pages."""

    type = "AWS::WAFv2::WebACL"
    listed_by = Call("wafv2", "list_web_acls", "WebACLs", arguments={"Scope": "REGIONAL"})

    id: str = at("Name")
    arn: str = at("ARN")


@pytest.fixture
def clients() -> Any:
    """Clients over an empty account."""
    with mock_aws():
        yield Clients(boto3.Session(region_name="us-east-1"))


def _listed(clients: Clients, kind: type[Resource]) -> Population:
    caller = Caller(clients, fast_limiter(), "123456789012")
    return Listing(Collection(AccountRef("123456789012"), NOW), caller, "us-east-1").read(kind, "us-east-1")


def test_lists_in_lists_are_one_listing(clients: Clients) -> None:
    ec2 = clients.session.client("ec2")
    for count in (1, 2):
        ec2.run_instances(ImageId=IMAGE, MinCount=count, MaxCount=count)
    found = _listed(clients, Instance)
    assert found.failure is None
    assert len({Instance(one).id for one in found.documents}) == 3


def test_what_is_kept_of_an_item_in_lists_of_lists_has_its_secrets_sealed(clients: Clients) -> None:
    ec2 = clients.session.client("ec2")
    ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1, ClientToken="once-and-no-more")
    (document,) = _listed(clients, Instance).documents
    document.item["ClientToken"] = "once-and-no-more"
    data = Keeper(bytes(32)).keep(Instance, document).data
    assert b"InstanceId" in data
    assert b"once-and-no-more" not in data


def test_no_reservation_is_no_instance(clients: Clients) -> None:
    assert (_listed(clients, Instance).documents, _listed(clients, Instance).failure) == ([], None)


def _distributions(inner: str) -> str:
    return (
        '<DistributionList xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Marker></Marker>'
        f"<MaxItems>100</MaxItems><IsTruncated>false</IsTruncated>{inner}</DistributionList>"
    )


@pytest.mark.parametrize("inner", ["<Quantity>0</Quantity>", "<Quantity>0</Quantity><Items></Items>"])
def test_a_list_that_is_left_out_and_counted_as_none_is_empty(clients: Clients, inner: str) -> None:
    answer_with(clients.session, lambda one: response(one, 200, _distributions(inner)))
    found = _listed(clients, Distribution)
    assert (found.documents, found.failure) == ([], None)
    assert found.source


@pytest.mark.parametrize("inner", ["<Quantity>1</Quantity>", ""])
def test_a_list_that_is_missing_and_not_counted_as_none_is_a_broken_answer(clients: Clients, inner: str) -> None:
    answer_with(clients.session, lambda one: response(one, 200, _distributions(inner)))
    failure = _listed(clients, Distribution).failure
    assert failure
    assert failure.code == "MalformedResponse"


def test_a_region_without_queues_tells_no_list_of_them_and_is_empty(clients: Clients) -> None:
    answer_with(clients.session, lambda one: response(one, 200, "{}", content_type="application/x-amz-json-1.0"))
    found = _listed(clients, Queue)
    assert (found.documents, found.failure) == ([], None)
    assert found.source


def test_pages_that_botocore_does_not_tell_of_are_read_to_the_end(clients: Clients) -> None:
    asked: list[Any] = []

    def answer(one: Asked) -> Any:
        asked.append(one.request.body)
        number = len(asked)
        acl = {"Name": f"acl-{number}", "Id": str(number), "ARN": f"arn:aws:wafv2:us-east-1:123456789012:acl-{number}"}
        told = {"WebACLs": [acl], **({"NextMarker": f"after-{number}"} if number < 3 else {})}
        return response(one, 200, json.dumps(told), content_type="application/x-amz-json-1.1")

    answer_with(clients.session, answer)
    found = _listed(clients, WebAcl)
    assert [WebAcl(one).id for one in found.documents] == ["acl-1", "acl-2", "acl-3"]
    assert [b"after" in body for body in asked] == [False, True, True]
    assert all(b'"Limit": 100' in body for body in asked)


@pytest.mark.parametrize(("service", "api_name"), UNTOLD)
def test_pages_are_told_here_only_where_botocore_does_not_and_as_its_model_has_them(
    service: str, api_name: str
) -> None:
    session: Any = boto3.Session(region_name="us-east-1")
    client = session.client(service)
    names = {api: method for method, api in client.meta.method_to_api_mapping.items()}
    assert not client.can_paginate(names[api_name])
    model = client.meta.service_model.operation_model(api_name)
    told = UNTOLD[service, api_name]
    assert {told["input_token"], told["limit_key"]} <= set(model.input_shape.members)
    assert {told["output_token"], told["result_key"]} <= set(model.output_shape.members)
