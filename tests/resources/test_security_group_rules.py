"""Which TCP ports a rule admits, whatever its sources."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.resources.aws.ec2 import Rule

ports = st.integers(0, 65535)


@given(ports, ports, ports, st.sampled_from(["tcp", "6"]))
def test_tcp_admits_exactly_its_range(first: int, last: int, port: int, protocol: str) -> None:
    rule = Rule.of(IpProtocol=protocol, FromPort=first, ToPort=last)
    assert rule.admits(port) == (port in range(first, last + 1))


@given(
    ports, st.sampled_from([{}, {"FromPort": None, "ToPort": None}, {"FromPort": -1, "ToPort": -1}, {"FromPort": 0}])
)
def test_tcp_without_both_ports_admits_all(port: int, members: dict[str, Any]) -> None:
    assert Rule.of(IpProtocol="tcp", **members).admits(port)


@given(ports, ports, ports)
def test_all_protocols_admit_all_ports(first: int, last: int, port: int) -> None:
    assert Rule.of(IpProtocol="-1", FromPort=first, ToPort=last).admits(port)
    assert Rule.of(IpProtocol="-1").admits(port)


@given(
    st.integers(0, 255).filter(lambda number: number != 6).map(str) | st.sampled_from(["udp", "icmp", "icmpv6"]), ports
)
def test_other_protocols_admit_no_tcp(protocol: str, port: int) -> None:
    assert not Rule.of(IpProtocol=protocol, FromPort=port, ToPort=port).admits(port)
    assert not Rule.of(IpProtocol=protocol).admits(port)
