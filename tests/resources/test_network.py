"""When ranges add up to everything: against a plain count of addresses, and against merging."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.resources.aws.network import ANY_IPV4, ANY_IPV6, world_in

# Addresses that differ only in their first BITS bits: a space small enough to count.
BITS = 4


def _v4(prefix: int, length: int) -> str:
    return f"{ipaddress.IPv4Address(prefix << (32 - length) if length else 0)}/{length}"


def _v6(prefix: int, length: int) -> str:
    return f"{ipaddress.IPv6Address(prefix << (128 - length) if length else 0)}/{length}"


blocks = st.integers(0, BITS).flatmap(lambda length: st.tuples(st.integers(0, (1 << length) - 1), st.just(length)))


def _covers_all(chosen: list[tuple[int, int]]) -> bool:
    covered = {
        address
        for prefix, length in chosen
        for address in range(prefix << (BITS - length), (prefix + 1) << (BITS - length))
    }
    return len(covered) == 1 << BITS


@given(st.lists(blocks, max_size=12))
def test_ipv4_is_the_world_exactly_when_every_address_is_in_a_range(chosen: list[tuple[int, int]]) -> None:
    assert world_in([_v4(*one) for one in chosen]) == (ANY_IPV4 if _covers_all(chosen) else "")


@given(st.lists(blocks, max_size=12))
def test_ipv6_is_the_world_exactly_when_every_address_is_in_a_range(chosen: list[tuple[int, int]]) -> None:
    assert world_in([_v6(*one) for one in chosen]) == (ANY_IPV6 if _covers_all(chosen) else "")


@given(st.lists(blocks, max_size=8), st.lists(blocks, max_size=8))
def test_ipv4_and_ipv6_do_not_add_up_to_each_other(v4: list[tuple[int, int]], v6: list[tuple[int, int]]) -> None:
    ranges = [_v4(*one) for one in v4] + [_v6(*one) for one in v6]
    assert bool(world_in(ranges)) == (_covers_all(v4) or _covers_all(v6))


@given(st.integers(1, 32))
def test_a_world_cut_into_a_chain_of_halves_is_the_world_and_without_any_link_is_not(depth: int) -> None:
    # 0.0.0.0/1, 128.0.0.0/2, 192.0.0.0/3 and so on, and the last one's other half: the longest way to say it.
    last = ipaddress.IPv4Network(f"255.255.255.255/{depth}", strict=False)
    whole = [*map(str, ipaddress.IPv4Network(ANY_IPV4).address_exclude(last)), str(last)]
    assert world_in(whole) == ANY_IPV4
    assert world_in(list(reversed(whole))) == ANY_IPV4
    for missing in range(len(whole)):
        assert world_in(whole[:missing] + whole[missing + 1 :]) == ""


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32)), max_size=10))
def test_the_same_as_merging(drawn: list[tuple[int, int]]) -> None:
    networks = [ipaddress.IPv4Network((address, length), strict=False) for address, length in drawn]
    merged = list(ipaddress.collapse_addresses(networks))
    assert bool(world_in([str(one) for one in networks])) == (merged == [ipaddress.IPv4Network(ANY_IPV4)])


@pytest.mark.parametrize("written", ["0.0.0.0/0", "10.1.2.3/0", "::/0", "0::0/0", "2001:db8::1/0"])
def test_everything_may_be_written_in_many_ways(written: str) -> None:
    assert world_in(["10.0.0.0/8", written]) == (ANY_IPV6 if ":" in written else ANY_IPV4)


def test_nothing_is_not_the_world() -> None:
    assert world_in([]) == ""


@pytest.mark.parametrize(
    ("wrong", "named"),
    [("anywhere", "anywhere"), ("0.0.0.0/33", "33"), ("300.0.0.0/8", "300"), ("::/129", "129"), ("", "empty")],
)
def test_what_is_no_range_is_refused(wrong: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        world_in([wrong])
