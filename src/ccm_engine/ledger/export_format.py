"""The lines of an export file: entries as their own bytes, and records of five kinds around them.

A file is UTF-8 text, one JSON object a line, in this order:

    {"export":"header","format":1,"origin":…,"created_at":…,"from":…,"to":…,"keys":{NAME:BASE64},"check":…}
    {"export":"note","text":SIGNED NOTE,"check":…}                            any number
    {"export":"ledger","ledger":NAME,"size":FIRST SEQ - 1,"hashes":[HEX…],"check":…}
    {"account":…,"body":…}                                                   the entries, verbatim
    {"export":"head","ledger":NAME,"seq":LAST,"digest":…,"root":HEX,"proofs":[…],"check":…}
    …                                                                        further ledgers, in order of name
    {"export":"document","digest":…,"data":BASE64}                           any number
    {"export":"absent","digest":…,"check":…}                                 named by an entry, but not kept
    {"export":"end","lines":N,"check":…}

`size` and `hashes` are the compact range of the tree before the first entry, `root` is the tree's root after the
last one. A member of `proofs` is {"size","hashes"}: consistency from there to a larger tree that a note signs.
`check` is SHA-256 over the line without it, against damage: against forgery there are the signed notes.
"""

import base64
import binascii
import hashlib
import json
from typing import Any

FORMAT = 1
HEADER, NOTE, LEDGER, HEAD, DOCUMENT, ABSENT, END = "header", "note", "ledger", "head", "document", "absent", "end"
_UNCHECKED = (DOCUMENT,)
_MARK = b'{"export":'
Members = dict[str, Any]


class ExportFileError(ValueError):
    """An export file cannot be read or written; one line that names the file and the mend."""


class DamagedExportError(ExportFileError):
    """An export file is not what was written; one line that names the file, its first bad line and what is wrong."""


def record(kind: str, **members: Any) -> bytes:
    """Return a record as a line, without its line end."""
    line = _written({"export": kind, **members})
    if kind in _UNCHECKED:
        return line
    return line[:-1] + f',"check":"{hashlib.sha256(line).hexdigest()}"}}'.encode()


def is_record(line: bytes) -> bool:
    """Tell a record from an entry."""
    return line.startswith(_MARK)


def read_record(line: bytes) -> Members:
    """Return the members of a record, its kind under `export`. Raises ValueError when it is not as it was written."""
    try:
        members = json.loads(line)
    except ValueError as error:
        raise ValueError(f"it is not JSON ({error})") from error
    if not isinstance(members, dict) or "export" not in members:
        raise ValueError("it is neither a record nor an entry")
    kind = members["export"]
    plain = {name: value for name, value in members.items() if name not in ("export", "check")}
    if record(kind, **plain) != line:
        raise ValueError("it is not as it was written: its check does not hold")
    return members


def encoded(data: bytes) -> str:
    """Return bytes as base64."""
    return base64.b64encode(data).decode()


def decoded(text: str) -> bytes:
    """Return the bytes of base64. Raises ValueError."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"it is no base64 ({error})") from error


def _written(members: Members) -> bytes:
    return json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode()
