"""Which ports of a group the world reaches, against asking for each port and protocol alone."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.core.example import example
from ccm_engine.resources.aws.ec2 import TCP, UDP, Rule, SecurityGroup

EDGES = [-1, 0, 1, 2, 21, 22, 23, 1023, 1024, 65534, 65535]
CIDRS = ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "::/0", "10.0.0.0/8"]

rules = st.builds(
    lambda protocol, ports, cidrs: {
        "IpProtocol": protocol,
        **({"FromPort": min(ports), "ToPort": max(ports)} if ports else {}),
        "IpRanges": [{"CidrIp": cidr} for cidr in cidrs if ":" not in cidr],
        "Ipv6Ranges": [{"CidrIpv6": cidr} for cidr in cidrs if ":" in cidr],
    },
    st.sampled_from(["tcp", "6", "udp", "17", "-1", "icmp"]),
    st.none() | st.tuples(st.sampled_from(EDGES), st.sampled_from(EDGES)),
    st.lists(st.sampled_from(CIDRS), max_size=2),
)


def _group(*members: dict[str, Any]) -> SecurityGroup:
    return example(SecurityGroup, {"GroupId": "sg-1", "GroupName": "web", "IpPermissions": list(members)})


@given(st.lists(rules, max_size=5))
def test_every_port_is_open_exactly_when_each_of_them_is(members: list[dict[str, Any]]) -> None:
    group = _group(*members)
    # All ports between two that are named are alike: these are all there are to ask for.
    ports = [port for port in {*EDGES, *[edge + 1 for edge in EDGES]} if 1 <= port <= 65535]
    opened = [protocol for protocol in (TCP, UDP) if all(group.world_reaches(port, (), protocol) for port in ports)]
    assert group.protocol_open_on_every_port(()) == (opened[0] if opened else "")


@given(st.lists(rules, max_size=4), rules)
def test_one_more_rule_never_closes_a_port(members: list[dict[str, Any]], more: dict[str, Any]) -> None:
    before, after = _group(*members), _group(*members, more)
    if before.protocol_open_on_every_port(()):
        assert after.protocol_open_on_every_port(())
    ports = [22, 1023, 65535]
    assert set(before.ports_the_world_reaches(ports, ())) <= set(after.ports_the_world_reaches(ports, ()))


@given(st.integers(0, 65535), st.sampled_from(["udp", "17"]))
def test_udp_is_another_door_than_tcp(port: int, protocol: str) -> None:
    rule = Rule.of(IpProtocol=protocol, FromPort=port, ToPort=port)
    assert rule.admits(port, UDP)
    assert not rule.admits(port, TCP)


@pytest.mark.parametrize(
    ("members", "opened"),
    [
        ([("tcp", 0, 65535)], "tcp"),
        ([("tcp", 1, 65535)], "tcp"),
        ([("udp", 0, 65535)], "udp"),
        ([("tcp", 0, 1023), ("tcp", 1024, 65535)], "tcp"),
        ([("tcp", 0, 1023), ("udp", 1024, 65535)], ""),
        ([("tcp", 2, 65535)], ""),
        ([("tcp", 0, 65534)], ""),
        ([("icmp", -1, -1)], ""),
        ([], ""),
    ],
)
def test_rules_that_add_up_to_every_port(members: list[tuple[str, int, int]], opened: str) -> None:
    told = [
        {"IpProtocol": protocol, "FromPort": first, "ToPort": last, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
        for protocol, first, last in members
    ]
    assert _group(*told).protocol_open_on_every_port(()) == opened
