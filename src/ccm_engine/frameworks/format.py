"""The format of a framework file.

    id: soc2            # what maps_to names before the colon
    name: SOC 2
    version: "TSC 2017"
    requirements:
      CC6.1: {text: "Logical access is restricted to those who need it", controls: [s3_no_public_buckets]}
      CC1.4: {text: "Able people are hired and developed", assessment: manual}

`assessment` says whether APIs can show it (`automated`) or a person has to (`manual`); left out, it is automated where
there are controls. `level` is for frameworks that have levels. Every value is read as
it is written, also where YAML would make a number of it: `1.10` stays `1.10`.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

import yaml

from ccm_engine.frameworks.framework import Assessment, Framework, RequirementEntry, reading_order

FRAMEWORK_FIELDS = ("id", "name", "version", "requirements")
REQUIREMENT_FIELDS = ("text", "controls", "assessment", "level")
NULL = "tag:yaml.org,2002:null"

# The parser written in C is ten times faster, but absent from some builds, and it crashes the whole process on
# deep nesting where the other raises an error: so it reads only files that are known to be sound.
_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def parse(text: str, source: str, *, sound: bool = False) -> Framework:
    """Read a framework from YAML; `source` names it in errors. Raises ValueError in one line.

    `sound` says that the file is one of this package's own.
    """
    try:
        # Nodes, not values: they know their line, show a key that is written twice, and keep 1.10 as written.
        node = yaml.compose(text, Loader=_FAST if sound else yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}:" if error.problem_mark else ""
        raise ValueError(f"{source}:{line} this is not YAML ({error.problem}); mend it there") from error
    except yaml.YAMLError as error:
        raise ValueError(f"{source}: this is not YAML ({' '.join(str(error).split())}); mend it there") from error
    except RecursionError as error:
        raise ValueError(f"{source}: this is nested too deeply; a framework has two levels") from error
    if node is None:
        raise ValueError(f"{source}: the file is empty; it needs the fields {', '.join(FRAMEWORK_FIELDS)}")
    return _Reading(source).framework(node)


class _Reading:
    """Turns one file's nodes into a framework; it knows the file's name, for errors."""

    def __init__(self, source: str) -> None:
        self.source = source

    def framework(self, node: yaml.Node) -> Framework:
        fields = self._fields(node, "a framework", FRAMEWORK_FIELDS, required=FRAMEWORK_FIELDS)
        framework_id = self._text(fields["id"], "id")
        if not re.fullmatch(r"[a-z][a-z0-9_.]*", framework_id):
            told = f"id {framework_id!r} takes small letters, digits, _ and . only, such as 'soc2'"
            raise self._error(fields["id"], told)
        name, version = self._text(fields["name"], "name"), self._text(fields["version"], "version")
        listed = self._mapping(fields["requirements"], "requirements")
        if not listed:
            raise self._error(fields["requirements"], "requirements is empty; list at least one")
        entries = {requirement_id: self._entry(requirement_id, entry) for requirement_id, entry in listed.items()}
        ordered = {requirement_id: entries[requirement_id] for requirement_id in sorted(entries, key=reading_order)}
        return Framework(framework_id, name, version, MappingProxyType(ordered))

    def _entry(self, requirement_id: str, node: yaml.Node) -> RequirementEntry:
        what = f"requirement {requirement_id}"
        fields = self._fields(node, what, REQUIREMENT_FIELDS, required=("text",))
        text = self._text(fields["text"], f"the text of {what}")
        controls = self._controls(fields["controls"], what) if "controls" in fields else ()
        level = self._text(fields["level"], f"the level of {what}") if "level" in fields else ""
        return RequirementEntry(text, controls, self._assessment(fields.get("assessment"), controls, what), level)

    def _assessment(self, node: yaml.Node | None, controls: Sequence[str], what: str) -> Assessment:
        if node is None:
            return Assessment.AUTOMATED if controls else Assessment.MANUAL
        written = self._text(node, f"the assessment of {what}")
        try:
            return Assessment(written)
        except ValueError:
            offered = " or ".join(Assessment)
            raise self._error(node, f"the assessment of {what} is {offered}, not {written!r}") from None

    def _controls(self, node: yaml.Node, what: str) -> tuple[str, ...]:
        if not isinstance(node, yaml.SequenceNode):
            raise self._error(node, f"controls of {what} is a list of control ids, such as [s3_no_public_buckets]")
        found: list[str] = []
        for item in node.value:
            control_id = self._text(item, f"a control of {what}")
            if not re.fullmatch(r"[a-z][a-z0-9_]*", control_id):
                told = f"{what}: {control_id!r} is no control id; they take small letters, digits and _ only"
                raise self._error(item, told)
            if control_id in found:
                raise self._error(item, f"{what} names {control_id} twice; leave one out")
            found.append(control_id)
        return tuple(found)

    def _fields(
        self, node: yaml.Node, what: str, allowed: Sequence[str], required: Sequence[str]
    ) -> Mapping[str, yaml.Node]:
        fields = self._mapping(node, what)
        for name, value in fields.items():
            if name not in allowed:
                raise self._error(value, f"{what} has no field {name!r} (fields: {', '.join(allowed)})")
        if missing := [name for name in required if name not in fields]:
            raise self._error(node, f"{what} lacks {', '.join(missing)}; add it")
        return fields

    def _mapping(self, node: yaml.Node, what: str) -> Mapping[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self._error(node, f"{what} takes fields, written 'name: value'")
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self._text(key, f"a name in {what}")
            if name in found:
                raise self._error(key, f"{what} has {name!r} twice; leave one out")
            found[name] = value
        return found

    def _text(self, node: yaml.Node, what: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            raise self._error(node, f"{what} is one line of text, not a list or fields")
        value = str(node.value).strip()
        if not value or node.tag == NULL:
            raise self._error(node, f"{what} is empty; write it")
        if not value.isprintable():
            raise self._error(node, f"{what} is one line of plain text; take out line breaks and control characters")
        return value

    def _error(self, node: yaml.Node, told: str) -> ValueError:
        return ValueError(f"{self.source}: line {node.start_mark.line + 1}: {told}")
