"""A trail that records all management events of all regions, in every way trails can fall short of it."""

import pytest
from raw_documents import EU, US, denied, document
from raw_trails import MANAGEMENT, Selector, advanced, audited, basic, trail, where

from ccm_engine.core.document import Document
from ccm_engine.core.vocabulary import Status
from ccm_engine.resources.aws.cloudtrail import Trail

CONTROL = "cloudtrail_all_regions"
ORGANIZATION = "111122223333"
KMS, RDS_DATA = "kms.amazonaws.com", "rdsdata.amazonaws.com"


@pytest.mark.parametrize(
    "good",
    [
        pytest.param(trail(), id="both lists empty: AWS's default"),
        pytest.param(trail(selectors=[basic()]), id="All"),
        pytest.param(trail(selectors=[basic("ReadOnly"), basic("WriteOnly")]), id="ReadOnly and WriteOnly add up"),
        pytest.param(trail(selectors=[basic(excluded=[KMS]), basic()]), id="one of two leaves nothing out"),
        pytest.param(trail(selectors=[basic("WriteOnly", management=False), basic()]), id="beside data events"),
        pytest.param(trail(advanced_selectors=[advanced(MANAGEMENT)]), id="advanced"),
        pytest.param(
            trail(advanced_selectors=[advanced(MANAGEMENT, where("readOnly", "true", "false"))]),
            id="advanced, both values of readOnly",
        ),
        pytest.param(
            trail(
                advanced_selectors=[
                    advanced(where("readOnly", "true"), MANAGEMENT),
                    advanced(MANAGEMENT, where("readOnly", "false")),
                ]
            ),
            id="advanced read and write add up",
        ),
        pytest.param(
            trail(
                advanced_selectors=[
                    advanced(where("eventCategory", "Data"), where("resources.type", "AWS::S3::Object")),
                    advanced(MANAGEMENT),
                ]
            ),
            id="advanced beside data events",
        ),
        pytest.param(trail(owner=ORGANIZATION, name="organization"), id="the organization's trail"),
    ],
)
def test_recorded(good: Document) -> None:
    finding = audited(good).judge_one(CONTROL)
    assert finding.status is Status.PASS
    assert finding.reason == f"{good.item['Name']} records all management events of all regions"


BAD_SELECTORS: list[tuple[str, list[Selector], list[Selector], str]] = [
    ("WriteOnly", [basic("WriteOnly")], [], "read"),
    ("ReadOnly", [basic("ReadOnly")], [], "write"),
    ("no management events", [basic(management=False)], [], "read and write"),
    ("leaves KMS out", [basic(excluded=[KMS])], [], "read and write"),
    ("leaves RDS data out", [basic(excluded=[RDS_DATA])], [], "read and write"),
    ("reads, and writes without KMS", [basic("ReadOnly"), basic("WriteOnly", excluded=[KMS])], [], "write"),
    ("a kind nobody knows", [basic("Some")], [], "read and write"),
    ("advanced, readOnly true", [], [advanced(MANAGEMENT, where("readOnly", "true"))], "write"),
    ("advanced, readOnly false", [], [advanced(MANAGEMENT, where("readOnly", "false"))], "read"),
    ("advanced, a nameless condition", [], [advanced(MANAGEMENT, where("", "x"))], "read and write"),
    ("advanced, data events", [], [advanced(where("eventCategory", "Data"))], "read and write"),
    (
        "advanced, leaves KMS out",
        [],
        [advanced(MANAGEMENT, where("eventSource", KMS, operator="NotEquals"))],
        "read and write",
    ),
    ("advanced, one source", [], [advanced(MANAGEMENT, where("eventSource", KMS))], "read and write"),
    ("advanced, no category", [], [advanced(where("readOnly", "true"))], "read and write"),
    (
        "advanced, readOnly by another operator",
        [],
        [advanced(MANAGEMENT, where("readOnly", "true", operator="NotEquals"))],
        "read and write",
    ),
    (
        "advanced, reads and writes that exclude each other",
        [],
        [advanced(MANAGEMENT, where("readOnly", "true"), where("readOnly", "false"))],
        "read and write",
    ),
]


@pytest.mark.parametrize(
    ("basics", "advanceds", "missing"), [case[1:] for case in BAD_SELECTORS], ids=[case[0] for case in BAD_SELECTORS]
)
def test_selectors_that_leave_something_out(basics: list[Selector], advanceds: list[Selector], missing: str) -> None:
    finding = audited(trail(selectors=basics, advanced_selectors=advanceds)).judge_one(CONTROL)
    assert finding.status is Status.FAIL
    assert finding.reason == (
        f"no trail of 123456789012 records all regions: main leaves out {missing} management events"
    )


@pytest.mark.parametrize(
    ("trails", "told"),
    [
        ([], "there is none"),
        ([trail(multi_region=False)], "main covers one region"),
        ([trail(logging=False)], "main is not logging"),
        (
            [trail(multi_region=False, logging=False, selectors=[basic("ReadOnly")])],
            "main covers one region, is not logging, leaves out write management events",
        ),
        (
            [trail(name="a", logging=False), trail(name="b", multi_region=False)],
            "a is not logging; b covers one region",
        ),
        # What one trail lacks another cannot give: each is a record of its own.
        (
            [trail(name="a", selectors=[basic("ReadOnly")]), trail(name="b", selectors=[basic("WriteOnly")])],
            "a leaves out write management events; b leaves out read management events",
        ),
    ],
)
def test_not_recorded(trails: list[Document], told: str) -> None:
    finding = audited(*trails).judge_one(CONTROL)
    assert finding.status is Status.FAIL
    assert finding.reason == f"no trail of 123456789012 records all regions: {told}"
    assert finding.evidence["facts"]["trails.count"] == len(trails)


def test_one_good_trail_among_bad_ones_suffices_wherever_it_lives() -> None:
    bad, good = trail(name="a", multi_region=False), trail(name="b", region=EU)
    finding = audited(bad, good, regions=[US, EU]).judge_one(CONTROL)
    assert (finding.status, finding.region) == (Status.PASS, "global")


@pytest.mark.parametrize(
    ("refused", "call"),
    [
        (trail(name="b", logging=denied("cloudtrail:GetTrailStatus")), "cloudtrail:GetTrailStatus"),
        (trail(name="b", selectors=denied("cloudtrail:GetEventSelectors")), "cloudtrail:GetEventSelectors"),
    ],
)
def test_a_refused_call_leaves_no_verdict_even_beside_a_good_trail(refused: Document, call: str) -> None:
    finding = audited(trail(name="a"), refused).judge_one(CONTROL)
    assert (finding.status, finding.reason) == (Status.ERROR, f"{call} failed in us-east-1: AccessDenied")


def test_a_region_whose_trails_cannot_be_listed_leaves_no_verdict() -> None:
    estate = audited(trail(), regions=[US, EU]).refuse(Trail, denied("cloudtrail:DescribeTrails"), EU)
    finding = estate.judge_one(CONTROL)
    assert (finding.status, finding.blind) == (Status.ERROR, False)
    assert "cloudtrail:DescribeTrails failed" in finding.reason


def test_unknown_regions_leave_no_verdict() -> None:
    estate = audited()
    estate.collection.regions = None
    estate.collection.regions_failure = denied("ec2:DescribeRegions", "UnauthorizedOperation")
    finding = estate.judge_one(CONTROL)
    assert finding.status is Status.ERROR
    assert finding.reason == "ec2:DescribeRegions failed in us-east-1: UnauthorizedOperation"


def test_a_status_without_its_member_leaves_no_verdict() -> None:
    broken = document(Trail, trail().item, {"logging": {"ResponseMetadata": {}}, "selectors": {}}, US)
    assert audited(broken).judge_one(CONTROL).reason.endswith("MalformedResponse")
