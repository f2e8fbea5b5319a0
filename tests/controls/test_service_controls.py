"""Systems Manager, load balancers, distributions and APIs in the ways that are easily judged wrongly."""

from typing import Any

import pytest
from examples_elb import LOG, MODERN, OLD, POLICIES, encrypted, guarded
from examples_ssm import managed, scanned
from raw_apis import deployed, http_stage, rest_stage
from raw_balancers import BALANCER, FIXED, FORWARD, balanced, balancer, classic, listener, redirect, ssl_policy, web_acl
from raw_distributions import behavior, delivery, distribution, served, source
from raw_documents import US, Estate, denied
from raw_instances import holding
from raw_machines import machine, patches, runbook

from ccm_engine.core.document import Document
from ccm_engine.core.vocabulary import Status
from ccm_engine.resources.aws.apigateway import HttpStage, RestStage
from ccm_engine.resources.aws.elb import ClassicLoadBalancer, LoadBalancer
from ccm_engine.resources.aws.ssm import SsmDocument

OTHER = BALANCER.replace("/web/", "/other/")


@pytest.mark.parametrize("ping", ["ConnectionLost", "Inactive"])
def test_a_machine_that_lost_touch_is_not_managed(ping: str) -> None:
    finding = managed(machine("i-another"), machine(ping=ping)).judge_one("ssm_managed_instances")
    assert (finding.status, finding.reason) == (Status.FAIL, f"Systems Manager lost i-0a1b2c3d: {ping}")


@pytest.mark.parametrize("state", ["pending", "stopping", "stopped", "terminated"])
def test_only_running_instances_must_be_managed(state: str) -> None:
    assert managed(machine(), state=state).judge_one("ssm_managed_instances").status is Status.NOT_APPLICABLE


def test_patches_of_other_machines_do_not_count_and_stopped_ones_do() -> None:
    control_id = "ssm_patch_compliant"
    assert scanned(patches("mi-0a1b2c3d", missing=3)).judge_one(control_id).status is Status.NOT_APPLICABLE
    assert scanned(patches(missing=3), state="stopped").judge_one(control_id).status is Status.FAIL
    assert scanned(patches(missing=3), state="terminated").judge_one(control_id).status is Status.NOT_APPLICABLE


def test_a_document_is_public_also_among_other_shares_and_errs_when_refused() -> None:
    control_id = "ssm_document_not_public"
    assert holding(SsmDocument, runbook(["111122223333", "all"])).judge_one(control_id).status is Status.FAIL
    assert holding(SsmDocument, runbook([])).judge_one(control_id).status is Status.PASS
    refused = runbook(denied("ssm:DescribeDocumentPermission"))
    assert holding(SsmDocument, refused).judge_one(control_id).status is Status.ERROR


@pytest.mark.parametrize(
    ("one", "policies", "status"),
    [
        (listener("HTTPS", ssl_policy=MODERN), POLICIES, Status.PASS),
        (listener("TLS", ssl_policy="only-1.3"), [ssl_policy("only-1.3", "TLSv1.3")], Status.PASS),
        (listener("HTTPS", ssl_policy=OLD), POLICIES, Status.FAIL),
        (listener("HTTPS", ssl_policy="odd"), [ssl_policy("odd", "TLSv1.2", "SSLv3")], Status.FAIL),
        (listener("HTTPS", ssl_policy="unknown"), POLICIES, Status.ERROR),
        (listener("HTTPS"), POLICIES, Status.ERROR),
        (listener("TCP"), POLICIES, Status.NOT_APPLICABLE),
        (listener(None, port=None), POLICIES, Status.NOT_APPLICABLE),
    ],
)
def test_tls_of_listeners(one: Document, policies: list[Document], status: Status) -> None:
    assert encrypted(one, policies).judge_one("elb_tls_policy").status is status


@pytest.mark.parametrize(
    ("kind", "listeners", "status"),
    [
        ("network", [listener("TLS", ssl_policy=MODERN)], Status.FAIL),
        ("network", [listener("TCP")], Status.NOT_APPLICABLE),
        ("network", [listener("TLS", ssl_policy=MODERN, of=OTHER)], Status.NOT_APPLICABLE),
        ("gateway", [listener(None, port=None)], Status.NOT_APPLICABLE),
        ("application", [], Status.FAIL),
    ],
)
def test_balancers_that_could_write_a_log(kind: str, listeners: list[Document], status: Status) -> None:
    estate = balanced(balancer(kind, {LOG: "false"}), listeners=listeners)
    assert estate.judge_one("elb_access_logs").status is status


def test_an_attribute_that_aws_does_not_tell_leaves_no_verdict() -> None:
    estate = balanced(balancer(attributes={"idle_timeout.timeout_seconds": "60"}))
    for control_id in ("elb_access_logs", "elb_deletion_protection", "elb_drop_invalid_headers"):
        assert estate.judge_one(control_id).status is Status.ERROR


def test_balancers_of_both_generations_are_judged_side_by_side() -> None:
    estate = balanced(balancer(attributes={LOG: "true"})).add(ClassicLoadBalancer, classic(False))
    assert {one.resource_id: one.status for one in estate.judge("elb_access_logs")} == {
        "web": Status.PASS,
        "old": Status.FAIL,
    }
    estate.refuse(ClassicLoadBalancer, denied("elb:DescribeLoadBalancers"), US)
    (finding,) = estate.judge("elb_access_logs")
    assert (finding.status, finding.blind) == (Status.ERROR, True)


@pytest.mark.parametrize("control_id", ["elb_drop_invalid_headers", "elb_http_redirect", "elb_waf"])
@pytest.mark.parametrize("kind", ["network", "gateway"])
def test_what_does_not_read_http_is_left_out(control_id: str, kind: str) -> None:
    estate = Estate().add(LoadBalancer, balancer(kind, {}))
    assert estate.judge_one(control_id).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("listeners", "status"),
    [
        ([], Status.PASS),
        ([listener("HTTPS", ssl_policy=MODERN)], Status.PASS),
        ([listener(actions=[redirect()], rules=[[redirect()]])], Status.PASS),
        ([listener(actions=[redirect()], rules=[[FORWARD]])], Status.FAIL),
        ([listener(actions=[FORWARD], rules=[[redirect()]])], Status.FAIL),
        ([listener(actions=[redirect("HTTP")], rules=[])], Status.FAIL),
        ([listener(actions=[redirect("#{protocol}")], rules=[])], Status.FAIL),
        ([listener(actions=[FIXED], rules=[])], Status.FAIL),
        ([listener(actions=[], rules=[])], Status.FAIL),
        ([listener(actions=[redirect()], rules=[]), listener(port=8080, rules=[])], Status.FAIL),
        ([listener(rules=[], of=OTHER)], Status.PASS),
        ([listener(actions=[redirect()], rules=denied("elbv2:DescribeRules"))], Status.ERROR),
    ],
)
def test_listeners_without_encryption(listeners: list[Document], status: Status) -> None:
    assert balanced(balancer(), listeners=listeners).judge_one("elb_http_redirect").status is status


def test_a_web_acl_before_another_balancer_protects_nothing_here() -> None:
    assert guarded(balancer(), web_acl(OTHER)).judge_one("elb_waf").status is Status.FAIL
    assert guarded(balancer(), web_acl(OTHER), web_acl(OTHER, BALANCER)).judge_one("elb_waf").status is Status.PASS
    refused = web_acl(refused=denied("wafv2:ListResourcesForWebACL"))
    assert guarded(balancer(), refused).judge_one("elb_waf").status is Status.ERROR


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (distribution(default=behavior("allow-all")), "all other paths"),
        (distribution(behavior("allow-all", path="/api/*")), "/api/*"),
        (distribution(behavior(path="/a"), behavior("allow-all", path="/b")), "/b"),
        (distribution(behavior("allow-all", path="/b"), default=behavior("allow-all")), "all other paths, /b"),
    ],
)
def test_paths_in_plain(one: Document, told: str) -> None:
    finding = served(one).judge_one("cloudfront_https")
    assert (finding.status, finding.reason) == (Status.FAIL, f"E1A2B3C4D5E6F7 answers plain HTTP for {told}")


@pytest.mark.parametrize(
    ("one", "sources", "deliveries", "status"),
    [
        (distribution(default=behavior(real_time=True), log=False), [], [], Status.PASS),
        (distribution(behavior(path="/a", real_time=True), log=False), [], [], Status.PASS),
        (distribution(log=False), [source()], [], Status.FAIL),
        (distribution(log=False), [], [delivery()], Status.FAIL),
        (distribution(log=False), [source("other", "arn:aws:cloudfront::x")], [delivery("other")], Status.FAIL),
        (distribution(log=denied("cloudfront:GetDistributionConfig")), [source()], [delivery()], Status.ERROR),
    ],
)
def test_logs_of_distributions(
    one: Document, sources: list[Document], deliveries: list[Document], status: Status
) -> None:
    assert served(one, sources, deliveries).judge_one("cloudfront_logging").status is status


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        ({}, "*/*"),
        ({"*/*": "OFF"}, "*/*"),
        ({"*/*": None}, "*/*"),
        ({"orders/GET": "INFO"}, "*/*"),
        ({"*/*": "ERROR", "orders/GET": "OFF"}, "orders/GET"),
        ({"*/*": "INFO", "orders/GET": "ERROR"}, ""),
    ],
)
def test_logs_of_rest_stages(levels: dict[str, Any], told: str) -> None:
    finding = deployed([rest_stage(levels)]).judge_one("apigateway_logging")
    assert finding.status is (Status.FAIL if told else Status.PASS)
    assert finding.reason.endswith(told)


def test_stages_of_both_kinds_are_named_by_api_and_stage() -> None:
    found = deployed([rest_stage()], [http_stage(None)]).judge("apigateway_logging")
    assert [(one.resource_id, one.resource_arn) for one in found] == [
        ("a1b2c3d4e5/prod", "arn:aws:apigateway:us-east-1::/restapis/a1b2c3d4e5/stages/prod"),
        ("f6g7h8i9j0/$default", "arn:aws:apigateway:us-east-1::/apis/f6g7h8i9j0/stages/$default"),
    ]


@pytest.mark.parametrize("kind", [RestStage, HttpStage])
def test_stages_of_either_kind_that_cannot_be_listed_leave_no_verdict(kind: type[RestStage | HttpStage]) -> None:
    estate = deployed([rest_stage({"*/*": "INFO"})], [http_stage()]).refuse(kind, denied("apigateway:GetStages"), US)
    assert {one.status for one in estate.judge("apigateway_logging")} == {Status.ERROR}
