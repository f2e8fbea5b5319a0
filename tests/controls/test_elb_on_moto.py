"""Controls over load balancers, from the API (in moto) to the verdict.

moto does not know ListResourcesForWebACL, so a load balancer with a web ACL can only end in ERROR there.
"""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto_account import statuses

US = "us-east-1"
WRITES = {
    "Effect": "Allow",
    "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
    "Action": "s3:PutObject",
    "Resource": "arn:aws:s3:::access-logs/AWSLogs/123456789012/*",
}
REDIRECT = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
FIXED = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "ContentType": "text/plain"}}


@pytest.fixture
def elb() -> Iterator[Any]:
    """A client of the second version, of an account with the default VPC."""
    with mock_aws():
        yield boto3.client("elbv2", region_name=US)


def _balancer(elb: Any, name: str, kind: str = "application", **attributes: str) -> str:
    subnets = boto3.client("ec2", region_name=US).describe_subnets()["Subnets"]
    two = [subnet["SubnetId"] for subnet in subnets[:2]]
    made = elb.create_load_balancer(Name=name, Subnets=two, Type=kind)["LoadBalancers"][0]
    arn = str(made["LoadBalancerArn"])
    if attributes:
        told = [{"Key": key.replace("__", "."), "Value": value} for key, value in attributes.items()]
        elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=told)
    return arn


def _listener(elb: Any, of: str, protocol: str = "HTTP", port: int = 80, **how: Any) -> str:
    how.setdefault("DefaultActions", [FIXED])
    made = elb.create_listener(LoadBalancerArn=of, Protocol=protocol, Port=port, **how)
    return str(made["Listeners"][0]["ListenerArn"])


def test_deletion_protection_on_and_off(elb: Any) -> None:
    _balancer(elb, "good", deletion_protection__enabled="true")
    _balancer(elb, "bad")
    assert statuses("elb_deletion_protection") == {"good": "PASS", "bad": "FAIL"}


def test_invalid_headers_dropped_and_passed_on(elb: Any) -> None:
    _balancer(elb, "good", routing__http__drop_invalid_header_fields__enabled="true")
    _balancer(elb, "bad", routing__http__drop_invalid_header_fields__enabled="false")
    assert statuses("elb_drop_invalid_headers") == {"good": "PASS", "bad": "FAIL"}


def test_access_logs_on_and_off_in_both_generations(elb: Any) -> None:
    s3 = boto3.client("s3", region_name=US)
    s3.create_bucket(Bucket="access-logs")
    s3.put_bucket_policy(Bucket="access-logs", Policy=json.dumps({"Version": "2012-10-17", "Statement": [WRITES]}))
    _balancer(elb, "good", access_logs__s3__enabled="true", access_logs__s3__bucket="access-logs")
    _balancer(elb, "bad", access_logs__s3__enabled="false")  # which AWS tells also of one that was never changed
    _balancer(elb, "quiet", "network")
    classic = boto3.client("elb", region_name=US)
    for name in ("old-good", "old-bad"):
        classic.create_load_balancer(
            LoadBalancerName=name,
            Listeners=[{"Protocol": "tcp", "LoadBalancerPort": 80, "InstancePort": 80}],
            AvailabilityZones=["us-east-1a"],
        )
    classic.modify_load_balancer_attributes(
        LoadBalancerName="old-good",
        LoadBalancerAttributes={"AccessLog": {"Enabled": True, "S3BucketName": "access-logs", "EmitInterval": 5}},
    )
    assert statuses("elb_access_logs") == {
        "good": "PASS",
        "bad": "FAIL",
        "quiet": "NOT_APPLICABLE",
        "old-good": "PASS",
        "old-bad": "FAIL",
    }


def test_http_that_redirects_and_http_that_answers(elb: Any) -> None:
    good, bad, by_rule = (_balancer(elb, name) for name in ("good", "bad", "by-rule"))
    _balancer(elb, "silent")
    _listener(elb, good, DefaultActions=[REDIRECT])
    _listener(elb, bad)
    listener = _listener(elb, by_rule, DefaultActions=[REDIRECT])
    path = {"Field": "path-pattern", "Values": ["/health"]}
    elb.create_rule(ListenerArn=listener, Priority=1, Conditions=[path], Actions=[FIXED])
    assert statuses("elb_http_redirect") == {"good": "PASS", "bad": "FAIL", "by-rule": "FAIL", "silent": "PASS"}


def test_tls_policies_are_judged_by_the_protocols_that_aws_tells(elb: Any) -> None:
    of = _balancer(elb, "web")
    certificate = boto3.client("acm", region_name=US).request_certificate(DomainName="example.com")["CertificateArn"]
    tls = {"Certificates": [{"CertificateArn": certificate}]}
    good = _listener(elb, of, "HTTPS", 443, SslPolicy="ELBSecurityPolicy-TLS-1-2-2017-01", **tls)
    bad = _listener(elb, of, "HTTPS", 8443, SslPolicy="ELBSecurityPolicy-2016-08", **tls)
    plain = _listener(elb, of)
    assert statuses("elb_tls_policy") == {good: "PASS", bad: "FAIL", plain: "NOT_APPLICABLE"}


def test_without_any_web_acl_no_load_balancer_has_one(elb: Any) -> None:
    _balancer(elb, "bad")
    _balancer(elb, "quiet", "network")
    assert statuses("elb_waf") == {"bad": "FAIL", "quiet": "NOT_APPLICABLE"}


def test_what_a_web_acl_protects_cannot_be_read_there(elb: Any) -> None:
    _balancer(elb, "web")
    boto3.client("wafv2", region_name=US).create_web_acl(
        Name="shield",
        Scope="REGIONAL",
        DefaultAction={"Allow": {}},
        VisibilityConfig={"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "shield"},
    )
    assert statuses("elb_waf") == {"web": "ERROR"}
