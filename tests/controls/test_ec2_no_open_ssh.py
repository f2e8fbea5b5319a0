"""SSH open to the world, in every way a security group can say it."""

import pytest
from raw_documents import EU, US, Estate, denied
from raw_network import Rule, group, network, prefix_list, rule

from ccm_engine.core.document import Failure
from ccm_engine.core.vocabulary import Status
from ccm_engine.resources.aws.ec2 import PrefixList, SecurityGroup

CONTROL = "ec2_no_open_ssh"
QUARTERS = ("0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2")


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([rule("0.0.0.0/0")], id="IPv4"),
        pytest.param([rule("::/0")], id="IPv6"),
        pytest.param([rule("0:0:0:0:0:0:0:0/0")], id="IPv6 written out"),
        pytest.param([rule("0.0.0.0/0", protocol="6")], id="TCP by its number"),
        pytest.param([rule("0.0.0.0/0", protocol="-1", ports=None)], id="all protocols"),
        pytest.param([rule("::/0", protocol="-1", ports=None)], id="all protocols, IPv6"),
        pytest.param([rule("0.0.0.0/0", protocol="-1", ports=(443, 443))], id="all protocols mean all ports"),
        pytest.param([rule("0.0.0.0/0", ports=None)], id="TCP without ports"),
        pytest.param([rule("0.0.0.0/0", ports=(-1, -1))], id="TCP with ports -1"),
        pytest.param([rule("0.0.0.0/0", ports=(0, 65535))], id="all ports"),
        pytest.param([rule("0.0.0.0/0", ports=(20, 25))], id="range around 22"),
        pytest.param([rule("0.0.0.0/0", ports=(22, 443))], id="range from 22"),
        pytest.param([rule("0.0.0.0/0", ports=(1, 22))], id="range to 22"),
        pytest.param([rule("10.0.0.0/8", "0.0.0.0/0")], id="beside a private range"),
        pytest.param([rule("10.0.0.0/8"), rule("0.0.0.0/0", ports=(443, 443)), rule("::/0")], id="in the last rule"),
        pytest.param([rule("0.0.0.0/1", "128.0.0.0/1")], id="two halves in one rule"),
        pytest.param([rule("0.0.0.0/1"), rule("128.0.0.0/1", ports=(0, 1024))], id="a half in each of two rules"),
        pytest.param([rule("0.0.0.0/1"), rule("128.0.0.0/1", protocol="-1", ports=None)], id="halves, two protocols"),
        pytest.param([rule(*QUARTERS)], id="four quarters"),
        pytest.param([rule(one) for one in QUARTERS], id="a quarter in each of four rules"),
        pytest.param([rule("0.0.0.0/1", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2")], id="overlapping parts"),
        pytest.param([rule("::/1", "8000::/1")], id="two IPv6 halves"),
        pytest.param([rule("::/1"), rule("8000::/1")], id="an IPv6 half in each of two rules"),
    ],
)
def test_open(rules: list[Rule]) -> None:
    finding = network(*rules).judge_one(CONTROL)
    assert finding.status is Status.FAIL
    assert "bastion admits SSH from" in finding.reason


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([], id="no rule"),
        pytest.param([rule("10.0.0.0/8", "203.0.113.7/32", "2001:db8::/32")], id="known addresses"),
        pytest.param([rule("0.0.0.0/0", "::/0", ports=(443, 443))], id="another port"),
        pytest.param([rule("0.0.0.0/0", ports=(23, 65535))], id="range above"),
        pytest.param([rule("0.0.0.0/0", ports=(0, 21))], id="range below"),
        pytest.param([rule("0.0.0.0/0", protocol="udp")], id="UDP"),
        pytest.param([rule("0.0.0.0/0", protocol="17", ports=(0, 65535))], id="UDP by its number"),
        pytest.param([rule("0.0.0.0/0", protocol="icmp", ports=(-1, -1))], id="ICMP"),
        pytest.param([rule("::/0", protocol="icmpv6", ports=None)], id="ICMPv6"),
        pytest.param([rule("0.0.0.0/0", protocol="50", ports=None)], id="ESP"),
        pytest.param([rule(groups=["sg-0e4f5a6b"])], id="another security group"),
        pytest.param([rule(groups=["sg-0a1b2c3d"], protocol="-1", ports=None)], id="the group itself"),
        pytest.param([rule("0.0.0.0/1")], id="one half"),
        pytest.param([rule("0.0.0.0/1", "0.0.0.0/1")], id="the same half twice"),
        pytest.param([rule("0.0.0.0/1", "0.0.0.0/2", "64.0.0.0/2")], id="sizes add up, addresses do not"),
        pytest.param([rule(*QUARTERS[:3])], id="three quarters"),
        pytest.param([rule("0.0.0.0/1", "8000::/1")], id="an IPv4 half and an IPv6 half"),
        pytest.param([rule("0.0.0.0/1"), rule("128.0.0.0/1", ports=(443, 443))], id="the other half at another port"),
        pytest.param([rule("0.0.0.0/1"), rule("128.0.0.0/1", protocol="udp")], id="the other half with UDP"),
    ],
)
def test_not_open(rules: list[Rule]) -> None:
    finding = network(*rules).judge_one(CONTROL)
    assert (finding.status, finding.reason) == (Status.PASS, "bastion admits no SSH from the internet")


def test_the_finding_names_the_range_and_shows_the_rule() -> None:
    finding = network(rule("10.0.0.0/8", ports=(443, 443)), rule("::/0")).judge_one(CONTROL)
    assert finding.reason == "bastion admits SSH from ::/0"
    assert (finding.resource_id, finding.shown, finding.region) == ("sg-0a1b2c3d", "sg-0a1b2c3d", US)
    assert finding.resource_arn == "arn:aws:ec2:us-east-1:123456789012:security-group/sg-0a1b2c3d"
    facts = finding.evidence["facts"]
    assert facts["ingress[1].first_port"] == 22
    assert facts["ingress[1].ipv6_ranges[0].cidr"] == "::/0"
    assert facts["ingress.count"] == 2
    assert "ingress[0].ranges[0].cidr" not in facts, "a rule for another port was not looked into"
    assert finding.evidence["sources"] == [
        {
            "call": "ec2:DescribeSecurityGroups",
            "region": US,
            "request_id": "request-of-ec2:DescribeSecurityGroups",
            "response_date": "Fri, 06 Mar 2026 12:00:00 GMT",
            "read_at": "2026-03-06T12:00:00Z",
        }
    ]


@pytest.mark.parametrize(
    ("rules", "lists"),
    [
        pytest.param([rule(prefix_lists=["pl-a"])], {"pl-a": ["0.0.0.0/0"]}, id="IPv4"),
        pytest.param([rule(prefix_lists=["pl-a"])], {"pl-a": ["::/0"]}, id="IPv6"),
        pytest.param([rule(prefix_lists=["pl-a"], protocol="-1", ports=None)], {"pl-a": ["::/0"]}, id="any protocol"),
        pytest.param([rule(prefix_lists=["pl-a"])], {"pl-a": ["0.0.0.0/1", "128.0.0.0/1"]}, id="halves in one"),
        pytest.param(
            [rule(prefix_lists=["pl-a", "pl-b"])], {"pl-a": ["0.0.0.0/1"], "pl-b": ["128.0.0.0/1"]}, id="halves in two"
        ),
        pytest.param(
            [rule(prefix_lists=["pl-a"]), rule(prefix_lists=["pl-b"])],
            {"pl-a": ["::/1"], "pl-b": ["8000::/1"]},
            id="halves in two rules",
        ),
        pytest.param([rule("0.0.0.0/1", prefix_lists=["pl-a"])], {"pl-a": ["128.0.0.0/1"]}, id="half here, half there"),
    ],
)
def test_open_through_prefix_lists(rules: list[Rule], lists: dict[str, list[str]]) -> None:
    known = [prefix_list(name, *cidrs) for name, cidrs in lists.items()]
    assert network(*rules, lists=known).judge_one(CONTROL).status is Status.FAIL


@pytest.mark.parametrize(
    ("rules", "lists"),
    [
        pytest.param([rule(prefix_lists=["pl-a"])], {"pl-a": ["203.0.113.0/24"]}, id="known addresses"),
        pytest.param([rule(prefix_lists=["pl-a"])], {"pl-a": []}, id="empty"),
        pytest.param([rule("10.0.0.0/8")], {"pl-a": ["0.0.0.0/0"]}, id="a list no rule names"),
        pytest.param([rule(prefix_lists=["pl-a"], ports=(443, 443))], {"pl-a": ["0.0.0.0/0"]}, id="another port"),
        pytest.param(
            [rule(prefix_lists=["pl-a"]), rule(prefix_lists=["pl-b"], ports=(80, 80))],
            {"pl-a": ["0.0.0.0/1"], "pl-b": ["128.0.0.0/1"]},
            id="the other half at another port",
        ),
    ],
)
def test_not_open_through_prefix_lists(rules: list[Rule], lists: dict[str, list[str]]) -> None:
    known = [prefix_list(name, *cidrs) for name, cidrs in lists.items()]
    assert network(*rules, lists=known).judge_one(CONTROL).status is Status.PASS


def test_a_prefix_list_that_is_not_listed_cannot_be_judged() -> None:
    finding = network(rule(prefix_lists=["pl-gone"]), lists=[prefix_list("pl-a", "10.0.0.0/8")]).judge_one(CONTROL)
    assert finding.status is Status.ERROR
    assert finding.reason == "ec2:DescribeManagedPrefixLists failed in us-east-1: NotListed"
    assert finding.evidence["error"]["message"] == "pl-gone is not listed"


def test_a_prefix_list_of_another_region_does_not_count() -> None:
    estate = Estate(US, EU).add(SecurityGroup, group(rule(prefix_lists=["pl-a"])))
    estate.add(PrefixList, prefix_list("pl-a", "10.0.0.0/8", region=EU))
    assert estate.judge_one(CONTROL).status is Status.ERROR


def test_entries_that_cannot_be_read_leave_no_verdict() -> None:
    refused = Failure("ec2:GetManagedPrefixListEntries", "UnauthorizedOperation", "", US)
    finding = network(rule("0.0.0.0/0"), lists=[prefix_list("pl-a", refused=refused)]).judge_one(CONTROL)
    assert finding.status is Status.ERROR
    assert finding.reason == "ec2:GetManagedPrefixListEntries failed in us-east-1: UnauthorizedOperation"


def test_prefix_lists_that_cannot_be_listed_leave_no_verdict_in_that_region_only() -> None:
    estate = Estate(US, EU).add(SecurityGroup, group(rule("::/0")), group(rule("::/0"), region=EU))
    estate.refuse(PrefixList, denied("ec2:DescribeManagedPrefixLists", "UnauthorizedOperation"), US)
    assert {one.region: one.status for one in estate.judge(CONTROL)} == {US: Status.ERROR, EU: Status.FAIL}


def test_security_groups_that_cannot_be_listed_are_one_error() -> None:
    refusal = denied("ec2:DescribeSecurityGroups", "RequestLimitExceeded")
    finding = Estate().refuse(SecurityGroup, refusal, US).judge_one(CONTROL)
    assert (finding.status, finding.blind) == (Status.ERROR, True)
    assert finding.reason == "ec2:DescribeSecurityGroups failed in us-east-1: RequestLimitExceeded"


@pytest.mark.parametrize("missing", ["IpPermissions", "GroupName"])
def test_a_group_without_what_it_must_have_cannot_be_judged(missing: str) -> None:
    broken = group(rule("0.0.0.0/0"))
    del broken.item[missing]
    finding = Estate().add(SecurityGroup, broken).judge_one(CONTROL)
    assert finding.status is Status.ERROR
    assert finding.reason == "ec2:DescribeSecurityGroups failed in us-east-1: MalformedResponse"


def test_a_range_that_is_none_cannot_be_judged() -> None:
    finding = network(rule("somewhere")).judge_one(CONTROL)
    assert finding.status is Status.ERROR
    assert "somewhere" in finding.reason
