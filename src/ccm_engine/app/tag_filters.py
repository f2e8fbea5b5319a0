"""Tag filters as a user sets them: `env=prod,env=live,owner`, or in ccm.yaml a mapping of keys to values."""

from collections.abc import Iterator, Mapping
from typing import Any

from ccm_engine.core.tags import TagFilter
from ccm_engine.resources.aws.tagging import TAG_LISTINGS

Values = dict[str, tuple[str, ...]]
LONGEST_KEY, LONGEST_VALUE = 128, 256
"""What AWS allows."""


def values_by_key(told: object) -> Values:
    """Return the values that are meant for each key; none means any. Raises ValueError, in one line."""
    found: dict[str, list[str]] = {}
    anything: set[str] = set()
    for key, value in _mapped(told) if isinstance(told, Mapping) else _written(told):
        _refuse_impossible(key, value)
        found.setdefault(key, [])
        if value is None:
            anything.add(key)
        else:
            found[key].append(value)
    return {key: () if key in anything else tuple(dict.fromkeys(values)) for key, values in found.items()}


def tag_filter(include: Values, exclude: Values) -> TagFilter | None:
    """Return the filter over what AWS tells of tags, None where everything is in scope."""
    return TagFilter(include, exclude, TAG_LISTINGS) if include or exclude else None


def tag_filter_read(told: Mapping[str, Any] | None) -> TagFilter | None:
    """Return the filter that was written down by `TagFilter.as_json`, None where none was."""
    return TagFilter.from_json(told, TAG_LISTINGS) if told else None


def _written(told: object) -> Iterator[tuple[str, str | None]]:
    parts = told.split(",") if isinstance(told, str) else told if isinstance(told, list | tuple) else [told]
    for part in parts:
        key, equals, value = _text(part, "a tag").partition("=")
        if key.strip() or equals:
            yield key.strip(), value.strip() if equals else None


def _mapped(told: Mapping[Any, Any]) -> Iterator[tuple[str, str | None]]:
    for key, values in told.items():
        name = _text(key, "a key")
        if values is None:
            yield name, None
        for value in values if isinstance(values, list | tuple) else () if values is None else [values]:
            yield name, _text(value, f"a value of {name}")
        if isinstance(values, list | tuple) and not values:
            raise ValueError(f"{name} has an empty list of values; give some, or none at all for any value")


def _text(value: object, what: str) -> str:
    # Of `yes`, `010` and `1.0` YAML makes what no tag holds.
    if not isinstance(value, str):
        raise ValueError(f"{what} is a text, and {value!r} is none (in ccm.yaml, quote it)")
    return value


def _sounds_secret(key: str) -> bool:
    # Imported here so that settings load no AWS SDK.
    from ccm_engine.clouds.aws.keeping import SECRET_NAME

    return SECRET_NAME.search(key) is not None


def _refuse_impossible(key: str, value: str | None) -> None:
    if not key:
        raise ValueError(f"={value} names no key; write it like env=prod,env=live or owner")
    if value and _sounds_secret(key):
        # The filter is written into the record as it stands, and such a tag's value is sealed there.
        raise ValueError(f"{key} sounds like a secret's, so its value cannot be filtered by; give the key alone")
    if len(key) > LONGEST_KEY or len(value or "") > LONGEST_VALUE:
        told = f"{LONGEST_KEY} characters in a key and {LONGEST_VALUE} in a value"
        raise ValueError(f"{key[:20]}... cannot be a tag; AWS allows {told}")
