"""When ranges hold a block, and which ports a setting names."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.resources.aws.network import covers, ports_in, world_in

# Addresses that differ only in their first BITS bits: a space small enough to count.
BITS = 4
blocks = st.integers(0, BITS).flatmap(lambda length: st.tuples(st.integers(0, (1 << length) - 1), st.just(length)))


def _v4(prefix: int, length: int) -> str:
    return f"{ipaddress.IPv4Address(prefix << (32 - length) if length else 0)}/{length}"


def _v6(prefix: int, length: int) -> str:
    return f"{ipaddress.IPv6Address(prefix << (128 - length) if length else 0)}/{length}"


def _addresses(prefix: int, length: int) -> set[int]:
    return set(range(prefix << (BITS - length), (prefix + 1) << (BITS - length)))


@given(st.lists(blocks, max_size=8), blocks)
def test_ranges_hold_a_block_exactly_when_they_hold_each_address(
    chosen: list[tuple[int, int]], block: tuple[int, int]
) -> None:
    held = set().union(*[_addresses(*one) for one in chosen])
    whole = _addresses(*block) <= held
    assert covers([_v4(*one) for one in chosen], _v4(*block)) == whole
    assert covers([_v6(*one) for one in chosen], _v6(*block)) == whole
    assert not covers([_v6(*one) for one in chosen], _v4(*block)), "IPv6 holds no IPv4"


@given(st.lists(blocks, max_size=8))
def test_holding_everything_is_adding_up_to_the_world(chosen: list[tuple[int, int]]) -> None:
    ranges = [_v4(*one) for one in chosen]
    assert covers(ranges, "0.0.0.0/0") == bool(world_in(ranges))


@pytest.mark.parametrize("wrong", ["", "everywhere", "10.0.0.0/33"])
def test_a_block_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        covers(["10.0.0.0/8"], wrong)


def test_a_setting_names_ports() -> None:
    assert ports_in("22, 3389,0,65535") == (22, 3389, 0, 65535)


@pytest.mark.parametrize("wrong", ["", "ssh", "22,", "-1", "65536", "22;23"])
def test_a_setting_that_names_no_port_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        ports_in(wrong)
