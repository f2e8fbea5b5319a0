"""Finds the channels: every `Channel` that a module of this package defines."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from functools import partial

import ccm_engine.notify
from ccm_engine.notify.channel import Channel


def channel_types() -> list[type[Channel]]:
    """Return every channel there is, on or off, by name.

    A module that does not import raises its own error: a channel that is silently missing loses alerts.
    """
    found: list[type[Channel]] = []
    for module in pkgutil.iter_modules(ccm_engine.notify.__path__, "ccm_engine.notify."):
        members = vars(importlib.import_module(module.name)).values()
        found += [
            member
            for member in members
            if isinstance(member, type)
            and issubclass(member, Channel)
            and member.__module__ == module.name
            and not inspect.isabstract(member)
        ]
    return sorted(found, key=lambda channel: channel.name)


def channels(value_of: Callable[[str], str | None]) -> list[Channel]:
    """Return the channels that are on: those whose setting has a value (blank is none), by name.

    `value_of` answers a setting's value by its name, also later on. Raises ValueError when a value is of no use; the
    line names the setting.
    """
    return [
        kind.renewable(value, partial(value_of, kind.setting))
        for kind in channel_types()
        if (value := (value_of(kind.setting) or "").strip())
    ]
