"""Addresses and ports: when ranges add up to everything, or to a block of it."""

import ipaddress
from collections.abc import Iterable, Sequence

ANY_IPV4, ANY_IPV6 = "0.0.0.0/0", "::/0"


def world_in(ranges: Sequence[str]) -> str:
    """Return `0.0.0.0/0` or `::/0` if the CIDR ranges hold it or add up to it, else an empty string.

    Raises ValueError for what is no CIDR range.
    """
    for everything in (ANY_IPV4, ANY_IPV6):
        if everything in ranges:
            return everything
    v4 = [ipaddress.IPv4Network(cidr, strict=False) for cidr in ranges if ":" not in cidr]
    if _fills(v4, 32) and any(network.prefixlen == 0 for network in ipaddress.collapse_addresses(v4)):
        return ANY_IPV4
    v6 = [ipaddress.IPv6Network(cidr, strict=False) for cidr in ranges if ":" in cidr]
    if _fills(v6, 128) and any(network.prefixlen == 0 for network in ipaddress.collapse_addresses(v6)):
        return ANY_IPV6
    return ""


def _fills(networks: Iterable[ipaddress.IPv4Network | ipaddress.IPv6Network], bits: int) -> bool:
    """Whether the sizes could add up to the whole: what most lists fail, long before they are merged."""
    return sum(1 << (bits - network.prefixlen) for network in networks) >= 1 << bits


def covers(ranges: Iterable[str], block: str) -> bool:
    """Whether the CIDR ranges hold every address of the CIDR `block`, alone or together.

    Raises ValueError for what is no CIDR range.
    """
    whole = ipaddress.ip_network(block, strict=False)
    if isinstance(whole, ipaddress.IPv4Network):
        v4 = [ipaddress.IPv4Network(cidr, strict=False) for cidr in ranges if ":" not in cidr]
        return any(whole.subnet_of(merged) for merged in ipaddress.collapse_addresses(v4))
    v6 = [ipaddress.IPv6Network(cidr, strict=False) for cidr in ranges if ":" in cidr]
    return any(whole.subnet_of(merged) for merged in ipaddress.collapse_addresses(v6))


def ports_in(text: str) -> tuple[int, ...]:
    """Return the ports that a comma-separated setting names. Raises ValueError for what is no port."""
    ports = tuple(int(part) for part in text.split(","))
    if wrong := [port for port in ports if not 0 <= port <= 65535]:
        raise ValueError(f"{wrong[0]} is no port")
    return ports
