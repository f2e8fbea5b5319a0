"""Functions and a part whose digests are written down in test_source_digest.py: change nothing here."""

from typing import Any

from ccm_engine.core.reading import Part, at


def plain(rules: list[dict[str, Any]], *, port: int = 22) -> str:
    """Return the name of the first rule for a port."""
    # The loop ends at the first one.
    for rule in rules:
        if rule["first"] <= port <= rule["last"]:
            name: str = rule["name"]  # as it stands
            return name
    return ""


def with_f_strings(name: str, parts: dict[str, float]) -> str:
    """Return a sentence in every kind of f-string."""
    inner = f"é {name!r:>{10}} {{braces}} {parts['a']:.2f}" + rf"\d{name}" + f"ü{name}"
    lines = f"""first {name} — and {", ".join(f"{key}={value:.1f}" for key, value in parts.items())}
last"""
    return inner + "ß" + f"{lines}" * 2 if parts else ""


class Sample(Part):
    """A part."""

    one: str = at("One")
    several: tuple[str, ...] = at(
        "Several",  # over lines
        default=(),
    )
