"""Organizational units by their paths: names from the root down, such as `Root/Workloads/Prod`."""

from collections.abc import Iterable

SEPARATOR = "/"


def joined(parent: str, name: str) -> str:
    """Return the path of a unit (or root) called `name` under `parent` (empty: the root itself)."""
    return f"{parent}{SEPARATOR}{name}" if parent else name


def within(path: str, unit: str) -> bool:
    """Whether `path` is the unit, or lies below it. `unit` may leave the root's name out."""
    wanted = unit.strip(SEPARATOR)
    _, _, below_root = path.partition(SEPARATOR)
    return any(told == wanted or told.startswith(wanted + SEPARATOR) for told in (path, below_root) if told and wanted)


def within_any(path: str, units: Iterable[str]) -> bool:
    """Whether `path` is one of the units, or lies below one."""
    return any(within(path, unit) for unit in units)
