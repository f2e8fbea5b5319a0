"""Buckets in a region that gives no answer: the region is shown as not covered, once, with all that lies there."""

from collections.abc import Sequence

import pytest
from botocore.awsrequest import AWSResponse

from ccm_engine.app.discovery import discover
from ccm_engine.clouds.aws.sessions import Clients
from ccm_engine.core.vocabulary import Status

from .canned import Answering, Asked, answer_with, error, response
from .judging import judged

POLICY = "User: x is not authorized to perform: y with an explicit deny in a service control policy: arn:aws:z"
FAR = "eu-west-1"
CONTROLS = ("s3_versioning", "s3_default_encryption")


def _buckets(far: int, code: str, said: str) -> Answering:
    """Answer for one bucket near, and refuse as many far ones in their own region."""
    named = [("near", "us-east-1"), *((f"far-{number}", FAR) for number in range(far))]
    listed = "".join(
        f"<Bucket><Name>{name}</Name><BucketRegion>{where}</BucketRegion></Bucket>" for name, where in named
    )

    def answering(asked: Asked) -> AWSResponse | None:
        service, _, operation = asked.operation.partition(".")
        if operation == "ListBuckets":
            return response(asked, 200, f"<ListAllMyBucketsResult><Buckets>{listed}</Buckets></ListAllMyBucketsResult>")
        if f".{FAR}." in asked.url:
            status = {"ec2": "UnauthorizedOperation"}.get(service, code)
            return error(asked, status, message=said)
        if operation == "GetBucketVersioning":
            return response(asked, 200, "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
        if operation == "GetBucketEncryption":
            return error(asked, "ServerSideEncryptionConfigurationNotFoundError", 404)
        return None

    return answering


@pytest.mark.parametrize("controls", [CONTROLS, (*CONTROLS, "ec2_no_open_ssh")])
def test_a_region_that_policies_close(clients: Clients, controls: Sequence[str]) -> None:
    answer_with(clients.session, _buckets(3, "AccessDenied", POLICY))

    outcome = judged(clients, ["us-east-1", FAR], catalogue=discover(), controls=controls)

    assert list(outcome.collection.denied) == [FAR]
    errors = [one for one in outcome.findings.values() if one.status is Status.ERROR]
    assert sorted(one.control_id for one in errors) == sorted(controls), "one for each control"
    assert {(one.region, one.blind) for one in errors} == {(FAR, True)}
    assert {one.hides for one in errors if one.control_id in CONTROLS} == {3}
    only_buckets = judged(clients, ["us-east-1", FAR], catalogue=discover(), controls=CONTROLS)
    assert only_buckets.coverage == 25.0, "two of eight pairs"


def test_a_region_that_the_account_has_not_enabled(clients: Clients) -> None:
    buckets = _buckets(2, "InvalidToken", "The provided token is malformed or otherwise invalid.")

    def answering(asked: Asked) -> AWSResponse | None:
        if asked.operation != "ec2.DescribeRegions":
            return buckets(asked)
        names = "<item><regionName>us-east-1</regionName></item>"
        return response(
            asked, 200, f"<DescribeRegionsResponse><regionInfo>{names}</regionInfo></DescribeRegionsResponse>"
        )

    answer_with(clients.session, answering)

    outcome = judged(clients, None, catalogue=discover(), controls=["s3_versioning", "ec2_no_open_ssh"])

    [far] = [one for one in outcome.of("s3_versioning") if one.region == FAR]
    assert (far.status, far.blind, far.hides) == (Status.ERROR, True, 2)
    assert far.reason == (
        f"s3:GetBucketVersioning failed in {FAR}: InvalidToken "
        "(the account has not enabled this region); 2 resources there"
    )
