"""Which rule of a network ACL decides, against walking the rules address by address."""

import ipaddress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.core.example import example
from ccm_engine.resources.aws.vpc_acl import NetworkAcl

# Addresses that differ only in their first BITS bits: a space small enough to walk.
BITS, PORT = 3, 22
blocks = st.integers(0, BITS).flatmap(lambda length: st.tuples(st.integers(0, (1 << length) - 1), st.just(length)))


def _cidr(prefix: int, length: int) -> str:
    return f"{ipaddress.IPv4Address(prefix << (32 - length) if length else 0)}/{length}"


def _rule(number: int, action: str, block: tuple[int, int], protocol: str, ports: tuple[int, int]) -> dict[str, Any]:
    return {
        "RuleNumber": number,
        "Egress": False,
        "RuleAction": action,
        "Protocol": protocol,
        "CidrBlock": _cidr(*block),
        **({} if protocol == "-1" else {"PortRange": {"From": ports[0], "To": ports[1]}}),
        "Block": block,
    }


rules = st.builds(
    _rule,
    st.integers(1, 32766),
    st.sampled_from(["allow", "deny"]),
    blocks,
    st.sampled_from(["-1", "6", "17"]),
    st.sampled_from([(22, 22), (0, 65535), (443, 443)]),
)
acls = st.lists(rules, max_size=6, unique_by=lambda rule: rule["RuleNumber"])


def _reaches(members: list[dict[str, Any]]) -> str:
    return example(NetworkAcl, {"NetworkAclId": "acl-1", "Entries": members}).world_reaches(PORT)


def _admitted(members: list[dict[str, Any]]) -> set[int]:
    """Return the addresses whose first matching rule allows them."""
    found = set()
    for address in range(1 << BITS):
        for rule in sorted(members, key=lambda rule: rule["RuleNumber"]):
            prefix, length = rule["Block"]
            ports = rule.get("PortRange", {"From": 0, "To": 65535})
            meets = rule["Protocol"] in ("-1", "6") and ports["From"] <= PORT <= ports["To"]
            if meets and address >> (BITS - length) == prefix:
                if rule["RuleAction"] == "allow":
                    found.add(address)
                break
    return found


@given(acls)
def test_an_acl_that_admits_every_address_admits_the_world(members: list[dict[str, Any]]) -> None:
    if len(_admitted(members)) == 1 << BITS:
        assert _reaches(members) == "0.0.0.0/0"


@given(acls)
def test_an_acl_that_admits_no_address_does_not_admit_the_world(members: list[dict[str, Any]]) -> None:
    if not _admitted(members):
        assert _reaches(members) == ""


@given(acls)
def test_without_denials_the_world_is_admitted_exactly_when_every_address_is(members: list[dict[str, Any]]) -> None:
    allowing = [rule for rule in members if rule["RuleAction"] == "allow"]
    assert bool(_reaches(allowing)) == (len(_admitted(allowing)) == 1 << BITS)


@given(acls, rules)
def test_one_more_allowing_rule_never_closes_an_acl(members: list[dict[str, Any]], more: dict[str, Any]) -> None:
    taken = {rule["RuleNumber"] for rule in members}
    if _reaches(members) and more["RuleNumber"] not in taken:
        assert _reaches([*members, {**more, "RuleAction": "allow"}])


@given(acls, st.data())
def test_one_denial_less_never_closes_an_acl(members: list[dict[str, Any]], data: st.DataObject) -> None:
    denials = [rule for rule in members if rule["RuleAction"] == "deny"]
    if denials and _reaches(members):
        gone = data.draw(st.sampled_from(denials))
        assert _reaches([rule for rule in members if rule is not gone])


@given(acls, st.randoms())
def test_the_order_in_which_rules_are_told_does_not_matter(members: list[dict[str, Any]], dice: Any) -> None:
    mixed = list(members)
    dice.shuffle(mixed)
    assert _reaches(mixed) == _reaches(members)


@given(acls)
def test_a_denial_of_everything_at_the_top_closes_an_acl(members: list[dict[str, Any]]) -> None:
    top = _rule(0, "deny", (0, 0), "-1", (0, 0))
    assert _reaches([*members, top]) == ""


def test_only_a_denial_closes() -> None:
    # An action that we do not know is no reason to call a port closed.
    for action in ("allow", "ALLOW", "count"):
        assert _reaches([_rule(100, action, (0, 0), "6", (22, 22))]) == "0.0.0.0/0"
    assert _reaches([_rule(1, "deny", (0, 0), "6", (22, 22)), _rule(2, "allow", (0, 0), "6", (22, 22))]) == ""
