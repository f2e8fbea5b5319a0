"""Organizational units by their paths: names from the root down, such as `Root/Workloads/Prod`."""

from collections.abc import Iterable

SEPARATOR = "/"


def joined(parent: str, name: str) -> str:
    """Return the path of a unit (or root) called `name` under `parent` (empty: the root itself)."""
    return f"{parent}{SEPARATOR}{name}" if parent else name


def lineage(path: str) -> list[str]:
    """Return the path of each unit from the root down to this one."""
    names = path.split(SEPARATOR)
    return [SEPARATOR.join(names[:count]) for count in range(1, len(names) + 1)]


def within(path: str, unit: str) -> bool:
    """Whether `path` is the unit, or lies below it. `unit` may leave the root's name out."""
    wanted = unit.strip(SEPARATOR)
    _, _, below_root = path.partition(SEPARATOR)
    return any(told == wanted or told.startswith(wanted + SEPARATOR) for told in (path, below_root) if told and wanted)


def within_any(path: str, units: Iterable[str]) -> bool:
    """Whether `path` is one of the units, or lies below one."""
    return any(within(path, unit) for unit in units)
