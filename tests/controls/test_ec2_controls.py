"""Groups, instances and images in the ways that are easily judged wrongly."""

from typing import Any

import pytest
from examples_ebs import shared
from raw_documents import US, Estate, denied, document
from raw_instances import (
    holding,
    image,
    instance,
    instance_defaults,
    interface,
    launch_configuration,
    launch_template,
    options,
)
from raw_network import Rule, group, network, prefix_list, rule
from raw_storage import settings, shared_snapshot, volume
from raw_vpc import route, route_table

from ccm_engine.core.document import Document
from ccm_engine.core.vocabulary import Status
from ccm_engine.resources.aws.autoscaling import LaunchConfiguration
from ccm_engine.resources.aws.ebs import EbsSettings, SharedSnapshot, Volume
from ccm_engine.resources.aws.ec2 import SecurityGroup
from ccm_engine.resources.aws.ec2_instances import Image, Instance, InstanceDefaults, LaunchTemplate
from ccm_engine.resources.aws.vpc_routes import RouteTable

OPEN_TO_ALL = rule("0.0.0.0/0", protocol="-1", ports=None)


@pytest.mark.parametrize(
    ("control_id", "rules", "status"),
    [
        ("ec2_no_open_rdp", [rule("::/0", ports=(3389, 3389))], Status.FAIL),
        ("ec2_no_open_rdp", [rule("0.0.0.0/0", protocol="17", ports=(3000, 4000))], Status.FAIL),
        ("ec2_no_open_rdp", [OPEN_TO_ALL], Status.FAIL),
        ("ec2_no_open_rdp", [rule("0.0.0.0/1", "128.0.0.0/1", ports=(3389, 3389))], Status.FAIL),
        (
            "ec2_no_open_rdp",
            [rule("0.0.0.0/1", ports=(3389, 3389)), rule("128.0.0.0/1", protocol="udp", ports=(3389, 3389))],
            Status.PASS,
        ),
        ("ec2_no_open_rdp", [rule("203.0.113.0/24", ports=(3389, 3389))], Status.PASS),
        ("ec2_no_open_cifs", [rule("0.0.0.0/0", ports=(400, 500))], Status.FAIL),
        ("ec2_no_open_cifs", [rule("0.0.0.0/0", ports=(139, 139))], Status.PASS),
        ("ec2_no_open_cifs", [rule("0.0.0.0/0", protocol="udp", ports=(445, 445))], Status.PASS),
        ("ec2_no_open_risky_ports", [rule("0.0.0.0/0", ports=(27017, 27017))], Status.FAIL),
        ("ec2_no_open_risky_ports", [rule("0.0.0.0/0", ports=(22, 22))], Status.PASS),
        ("ec2_no_open_risky_ports", [rule("0.0.0.0/0", ports=(443, 443))], Status.PASS),
        ("ec2_no_open_all_ports", [rule("0.0.0.0/0", ports=None)], Status.FAIL),
        ("ec2_no_open_all_ports", [rule("::/0", protocol="udp", ports=(0, 65535))], Status.FAIL),
        ("ec2_no_open_all_ports", [rule("0.0.0.0/0", ports=(0, 32767)), rule("::/0", ports=(0, 65534))], Status.PASS),
        ("ec2_no_open_all_ports", [rule("10.0.0.0/8", protocol="-1", ports=None)], Status.PASS),
        ("ec2_no_open_all_ports", [rule("0.0.0.0/0", ports=(1024, 65535))], Status.PASS),
    ],
)
def test_what_a_group_admits(control_id: str, rules: list[Rule], status: Status) -> None:
    assert network(*rules).judge_one(control_id).status is status


def test_reasons_name_the_ports_and_settings_change_them() -> None:
    estate = network(rule("0.0.0.0/0", ports=(20, 25)))
    told = estate.judge_one("ec2_no_open_risky_ports").reason
    assert told == "bastion opens ports of high risk to the internet: TCP 20, 21, 23, 25"
    assert estate.judge_one("ec2_no_open_risky_ports", ports="3389").status is Status.PASS
    netbios = network(rule("0.0.0.0/0", ports=(139, 139)))
    assert netbios.judge_one("ec2_no_open_cifs", ports="139,445").status is Status.FAIL


@pytest.mark.parametrize(
    "control_id", ["ec2_no_open_rdp", "ec2_no_open_cifs", "ec2_no_open_risky_ports", "ec2_no_open_all_ports"]
)
def test_a_list_that_is_not_known_leaves_no_verdict(control_id: str) -> None:
    unknown = rule(prefix_lists=["pl-gone"], protocol="-1", ports=None)
    estate = network(unknown, lists=[prefix_list("pl-a", "10.0.0.0/8")])
    assert estate.judge_one(control_id).status is Status.ERROR


@pytest.mark.parametrize(
    ("one", "status"),
    [
        (group(name="default", egress=[]), Status.PASS),
        (group(name="default"), Status.FAIL),
        (group(rule(groups=["sg-0a1b2c3d"], protocol="-1", ports=None), name="default", egress=[]), Status.FAIL),
        (group(OPEN_TO_ALL, name="Default"), Status.NOT_APPLICABLE),
    ],
)
def test_default_groups(one: Document, status: Status) -> None:
    assert Estate().add(SecurityGroup, one).judge_one("vpc_default_sg_closed").status is status


@pytest.mark.parametrize(
    ("one", "status"),
    [
        (instance(), Status.PASS),
        (instance(metadata=options("optional", "disabled")), Status.PASS),
        (instance(metadata=options("optional")), Status.FAIL),
        (instance(metadata=options("optional"), state="stopped"), Status.FAIL),
        (instance(metadata=options("optional"), state="terminated"), Status.NOT_APPLICABLE),
        (instance(metadata=options("optional"), state="shutting-down"), Status.NOT_APPLICABLE),
        (instance(metadata={"State": "pending"}), Status.FAIL),
    ],
)
def test_metadata_services_of_instances(one: Document, status: Status) -> None:
    assert holding(Instance, one).judge_one("ec2_imdsv2").status is status


@pytest.mark.parametrize(
    ("metadata", "status"),
    [
        (options(), Status.PASS),
        ({"HttpEndpoint": "disabled"}, Status.PASS),
        (options("optional"), Status.FAIL),
        ({"HttpPutResponseHopLimit": 2}, Status.FAIL),
        ({}, Status.FAIL),
        (None, Status.FAIL),
    ],
)
def test_metadata_services_of_what_instances_are_started_from(metadata: dict[str, Any] | None, status: Status) -> None:
    template = holding(LaunchTemplate, launch_template(metadata))
    assert template.judge_one("ec2_launch_template_imdsv2").status is status
    configuration = holding(LaunchConfiguration, launch_configuration(metadata))
    assert configuration.judge_one("autoscaling_lc_imdsv2").status is status


@pytest.mark.parametrize(("level", "status"), [({}, Status.FAIL), (options("optional"), Status.FAIL)])
def test_defaults_that_do_not_require_tokens(level: dict[str, Any], status: Status) -> None:
    assert holding(InstanceDefaults, instance_defaults(level)).judge_one("ec2_imdsv2_default").status is status


IPV6 = [interface(ipv6=["2001:db8::5"])]
OUT, MAIN = route("::/0", gateway="igw-0a1b2c3d"), "subnet-0a1b2c3d"


@pytest.mark.parametrize(
    ("one", "tables", "address"),
    [
        (instance(public="203.0.113.9"), [], "203.0.113.9"),
        (instance(public="203.0.113.9", state="stopped"), [], "203.0.113.9"),
        (instance(interfaces=[interface(), interface(public="203.0.113.9")]), [], "203.0.113.9"),
        (instance(interfaces=[interface(secondary_public="203.0.113.9")]), [], "203.0.113.9"),
        (instance(interfaces=IPV6), [route_table(OUT, main=True)], "2001:db8::5"),
        (instance(interfaces=IPV6), [route_table(OUT, subnets=[MAIN])], "2001:db8::5"),
        (
            instance(interfaces=IPV6),
            [route_table(route("2000::/3", gateway="igw-0a1b2c3d"), main=True)],
            "2001:db8::5",
        ),
        (instance(interfaces=IPV6), [route_table(route("pl-a", gateway="igw-0a1b2c3d"), main=True)], "2001:db8::5"),
    ],
)
def test_instances_with_a_public_address(one: Document, tables: list[Document], address: str) -> None:
    finding = holding(Instance, one).add(RouteTable, *tables).judge_one("ec2_no_public_ip")
    assert (finding.status, finding.reason) == (Status.FAIL, f"i-0a1b2c3d has the public address {address}")


@pytest.mark.parametrize(
    ("one", "tables"),
    [
        (instance(), []),
        (instance(interfaces=[]), []),
        (instance(interfaces=IPV6), [route_table(main=True)]),
        (instance(interfaces=IPV6), [route_table(route("::/0", egress_only="eigw-0a1b2c3d"), main=True)]),
        (instance(interfaces=IPV6), [route_table(route("0.0.0.0/0", gateway="igw-0a1b2c3d"), main=True)]),
        (
            instance(interfaces=IPV6),
            [route_table(route("::/0", gateway="igw-0a1b2c3d", state="blackhole"), main=True)],
        ),
        (
            instance(interfaces=IPV6),
            [route_table(OUT, main=True), route_table(id_="rtb-own", subnets=[MAIN])],
        ),
    ],
)
def test_instances_without_a_public_address(one: Document, tables: list[Document]) -> None:
    finding = holding(Instance, one).add(RouteTable, *tables).judge_one("ec2_no_public_ip")
    assert finding.status is Status.PASS


def test_a_subnet_whose_routes_are_not_known_leaves_no_verdict() -> None:
    elsewhere = route_table(OUT, main=True, in_="vpc-0e4f5a6b")
    finding = holding(Instance, instance(interfaces=IPV6)).add(RouteTable, elsewhere).judge_one("ec2_no_public_ip")
    assert (finding.status, finding.evidence["error"]["code"]) == (Status.ERROR, "NotListed")


@pytest.mark.parametrize("state", ["running", "stopped", "pending", "stopping"])
def test_instances_need_a_profile_in_every_state_but_gone(state: str) -> None:
    assert holding(Instance, instance(state=state, profile="")).judge_one("ec2_instance_profile").status is Status.FAIL
    gone = holding(Instance, instance(state="terminated", profile=""))
    assert gone.judge_one("ec2_instance_profile").status is Status.NOT_APPLICABLE


def test_an_image_that_does_not_say_whether_it_is_public_cannot_be_judged() -> None:
    item = {name: value for name, value in image().item.items() if name != "Public"}
    assert holding(Image, document(Image, item, {})).judge_one("ec2_ami_not_public").status is Status.ERROR


def test_volumes_that_are_in_use_nowhere_may_be_left_out() -> None:
    estate = holding(Volume, volume(encrypted=False, attached=False))
    assert estate.judge_one("ebs_volume_encrypted").status is Status.FAIL
    assert estate.judge_one("ebs_volume_encrypted", attached_only=True).status is Status.NOT_APPLICABLE
    used = holding(Volume, volume(encrypted=False))
    assert used.judge_one("ebs_volume_encrypted", attached_only=True).status is Status.FAIL


@pytest.mark.parametrize("block", ["unblocked", "block-new-sharing", "something-new"])
def test_only_a_block_of_all_sharing_overrules_a_shared_snapshot(block: str) -> None:
    assert shared(block).judge_one("ebs_no_public_snapshots").status is Status.FAIL
    assert holding(EbsSettings, settings(block=block)).judge_one("ebs_snapshot_block_public").status is Status.FAIL


def test_a_shared_snapshot_is_not_judged_when_the_block_cannot_be_read() -> None:
    refused = settings(block=denied("ec2:GetSnapshotBlockPublicAccessState", "UnauthorizedOperation"))
    estate = Estate().add(SharedSnapshot, shared_snapshot()).add(EbsSettings, refused)
    assert estate.judge_one("ebs_no_public_snapshots").status is Status.ERROR


def test_without_a_shared_snapshot_there_is_nothing_to_fail() -> None:
    assert Estate(US).add(EbsSettings, settings(block="unblocked")).judge("ebs_no_public_snapshots") == []
