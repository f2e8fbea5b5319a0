"""A requirement: one thing a framework asks for, which controls help to show."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Requirement:
    """One requirement of one framework version.

    `framework` is the framework's id (`soc2`), `version` its edition (`TSC 2017`), `id` the framework's own
    number for it (`CC6.1`), `text` a few plain words of ours and never the official wording.
    """

    framework: str
    version: str
    id: str
    text: str
