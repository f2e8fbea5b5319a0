"""Conditions of IAM policies, and which of them keep strangers out.

A condition narrows who is admitted when only callers whom the policy's author chose can meet it: their
account, organization, network or name is written down. As in AWS's own analysis (S3's "The meaning of
public", IAM Access Analyzer) a wildcard or variable in its place does not, nor does a range of addresses that
is too wide, nor an operator that is also met where the key is missing. What we do not know narrows nothing.
"""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ccm_engine.core.document import Sealed
from ccm_engine.resources.aws.policy_patterns import is_fixed

FOR_ALL, FOR_ANY, IF_EXISTS = "forallvalues", "foranyvalue", "ifexists"
TEXT_OPERATORS = frozenset({"stringequals", "stringequalsignorecase", "stringlike"})
ARN_OPERATORS = frozenset({"arnequals", "arnlike"})
# What holds for all but the values, and the operator that holds for them.
NEGATED = {
    "stringnotequals": "stringequals",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "stringnotlike": "stringlike",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "notipaddress": "ipaddress",
}
FIXED_KEYS = frozenset(
    {"aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce"}
    | {"aws:vpceaccount", "aws:vpceorgid", "aws:principalaccount", "aws:principalorgid", "aws:userid"}
    | {"kms:calleraccount", "s3:dataaccesspointaccount"}
)
ARN_KEYS = frozenset({"aws:sourcearn", "aws:principalarn", "aws:sourcevpcarn", "s3:dataaccesspointarn"})
ORGANIZATION_PATHS = frozenset({"aws:sourceorgpaths", "aws:principalorgpaths", "aws:vpceorgpaths"})
ANONYMOUS = "anonymous"
# The widest ranges of addresses that AWS does not call public.
NARROWEST_PREFIX = {4: 8, 6: 32}
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
OLDEST_TLS = 1.2
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of a condition block, in lower case: all of a block must hold for its statement to apply.

    `operator` stands without its prefix (`quantifier`) and without `IfExists`. One of `values` must match.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    quantifier: str
    if_exists: bool

    def narrows(self) -> bool:
        """Whether only callers that were chosen can meet it."""
        # Both are met where the key is missing, and a stranger's request may lack it.
        if self.if_exists or self.quantifier == FOR_ALL:
            return False
        return _are_chosen(self.operator, self.key, self.values)

    def excludes_strangers(self) -> bool:
        """Whether, in a Deny, it holds for everyone but callers that were chosen."""
        # Negated operators hold where the key is missing, except with ForAnyValue.
        negates = NEGATED.get(self.operator, "")
        return self.quantifier != FOR_ANY and _are_chosen(negates, self.key, self.values)

    def spares_services_only(self) -> bool:
        """Whether, in a Deny, it holds for everyone but AWS's own services."""
        # Anonymous requests lack the key: without IfExists they would be spared as well.
        return self.if_exists and self._is("bool", "aws:principalisawsservice", ("false",))

    def means_no_tls(self) -> bool:
        """Whether it holds for requests without TLS, or with a version below at least 1.2."""
        if self.quantifier:
            return False
        if self.operator == "numericlessthan" and self.key == "s3:tlsversion":
            return any(_number(value) >= OLDEST_TLS for value in self.values)
        return self._is("bool", "aws:securetransport", ("false",))

    def _is(self, operator: str, key: str, values: tuple[str, ...]) -> bool:
        return (self.operator, self.key, tuple(value.lower() for value in self.values)) == (operator, key, values)


def comparisons(block: Mapping[str, Mapping[str, Any]]) -> Iterator[Comparison]:
    """Yield the comparisons of a condition block as it is written."""
    for written, tests in block.items():
        quantifier, _, operator = written.lower().rpartition(":")
        if_exists = operator.endswith(IF_EXISTS)
        for key, values in tests.items():
            several = values if isinstance(values, list | tuple) else [values]
            texts = tuple(_text(value) for value in several)
            yield Comparison(operator.removesuffix(IF_EXISTS), key.lower(), texts, quantifier, if_exists)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Sealed):
        value.refuse()
    # What is no text and no number cannot be understood: it might be anything.
    return str(value) if isinstance(value, str | int | float) else "*"


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _are_chosen(operator: str, key: str, values: tuple[str, ...]) -> bool:
    if not values:
        return False
    if operator == "ipaddress" and key == "aws:sourceip":
        return _are_few(values)
    if operator not in TEXT_OPERATORS | ARN_OPERATORS:
        return False
    if key in FIXED_KEYS:
        return all(is_fixed(value) and value.lower() != ANONYMOUS for value in values)
    if key in ORGANIZATION_PATHS:
        return all(is_fixed(value.partition("/")[0]) for value in values)
    return key in ARN_KEYS and all(_is_of_one_account(value, operator) for value in values)


def _is_of_one_account(arn: str, operator: str) -> bool:
    """Whether it is one ARN, or a pattern of ARNs that are all of one account."""
    if is_fixed(arn):
        return True
    parts = arn.split(":", 5)
    if len(parts) < 6 or not (parts[4].isdecimal() and len(parts[4]) == 12):
        return False
    # ARN operators compare part by part; to the others a star may reach over a colon, into another account.
    return operator in ARN_OPERATORS or all(is_fixed(part) or part == "" for part in parts[:4])


def _are_few(ranges: Iterable[str]) -> bool:
    """Whether these are ranges of addresses, and no neighbouring ones add up to more than AWS lets pass."""
    try:
        networks = [ipaddress.ip_network(cidr, strict=False) for cidr in ranges]
    except ValueError:
        return False
    v4 = [one for one in networks if isinstance(one, ipaddress.IPv4Network) and not _is_private(one)]
    v6 = [one for one in networks if isinstance(one, ipaddress.IPv6Network)]
    merged: list[IpNetwork] = [*ipaddress.collapse_addresses(v4), *ipaddress.collapse_addresses(v6)]
    return all(network.prefixlen >= NARROWEST_PREFIX[network.version] for network in merged)


def _is_private(network: ipaddress.IPv4Network) -> bool:
    return any(network.subnet_of(ipaddress.IPv4Network(private)) for private in PRIVATE)
