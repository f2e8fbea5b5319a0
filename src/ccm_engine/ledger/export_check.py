"""Checking an export line by line, in the order in which it was written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ccm_engine.core import moment
from ccm_engine.core.canonical import digest
from ccm_engine.ledger import export_format as form
from ccm_engine.ledger.checkpoint import Checkpoint, open_note
from ccm_engine.ledger.entry import ENGINE, Entry, Head, NewerFormatError
from ccm_engine.ledger.export_format import DamagedExportError, ExportFileError
from ccm_engine.ledger.export_reading import Contents, Slice
from ccm_engine.ledger.references import documents_of
from ccm_engine.ledger.tree import CompactRange, ProofError, leaf_hash, verify_consistency


class _BadLineError(Exception):
    """The line `number` is not what was written, for this reason."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(why)
        self.number = number


def check_lines(lines: Iterator[tuple[int, bytes]], keys: Mapping[str, bytes] | None) -> Contents:
    """Return what an export holds, given its lines with their offsets. Raises ExportFileError."""
    checking = _Checking(keys)
    number = 0
    try:
        for offset, line in lines:
            number += 1
            try:
                checking.take(_Place(number, offset, len(line) + 1), line)
            except (KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
                raise _BadLineError(number, f"it lacks what it must hold ({error!r})") from error
            except NewerFormatError as error:
                raise ExportFileError(f"line {number}: {error}") from error
            except ValueError as error:
                raise _BadLineError(number, str(error)) from error
        return checking.finished(number)
    except _BadLineError as error:
        raise DamagedExportError(f"line {error.number} is bad: {error}; get another copy of the file") from error


@dataclass(frozen=True)
class _Place:
    """Where a line stands: its number, and its bytes with the line end."""

    number: int
    offset: int
    length: int


@dataclass
class _Ledger:
    """A ledger under way. `doubt` is an entry that may be wrong: it, or the one before it, as the next will tell."""

    name: str
    before: CompactRange
    offset: int
    line: int
    tree: CompactRange
    count: int = 0
    last: Entry | None = None
    doubt: bool = False


class _Checking:
    def __init__(self, keys: Mapping[str, bytes] | None) -> None:
        self._keys = keys
        self._contents: Contents | None = None
        self._checkpoints: list[tuple[int, Checkpoint]] = []
        self._ledger: _Ledger | None = None
        self._named: dict[bytes, int] = {}
        # Of each account the last entry that the engine vouches for, with the tree's root if it tells it.
        self._vouched: dict[str, Mapping[str, Any]] = {}
        self._ended = False

    @property
    def contents(self) -> Contents:
        if self._contents is None:
            raise ValueError("it is no export of CCM Engine's: its first line is no header")
        return self._contents

    def take(self, place: _Place, line: bytes) -> None:
        """Take one line in. Raises ValueError or _BadLineError."""
        if self._ended:
            raise ValueError("it stands behind the end")
        if not form.is_record(line):
            self._entry(place, line)
            return
        members = form.read_record(line)
        kind = members["export"]
        if (kind == form.HEADER) != (place.number == 1):
            raise ValueError("it is no export of CCM Engine's" if place.number == 1 else "it is a second header")
        if self._ledger and kind != form.HEAD:
            raise ValueError(f"it stands among the entries of ledger {self._ledger.name}")
        takers = {
            form.HEADER: self._header,
            form.NOTE: self._note,
            form.LEDGER: self._begin,
            form.HEAD: self._head,
            form.DOCUMENT: self._document,
            form.ABSENT: self._absent,
            form.END: self._end,
        }
        if kind not in takers:
            raise ValueError(f"{kind!r} is no kind of record")
        takers[kind](place, members)

    def finished(self, lines: int) -> Contents:
        """Return the contents, if nothing is missing."""
        if not lines:
            raise DamagedExportError("it is empty")
        if not self._ended:
            raise DamagedExportError(f"it is cut off after line {lines}; get another copy of it")
        contents = self.contents
        for name, number in self._named.items():
            if name not in contents.documents and name not in contents.absent:
                raise _BadLineError(number, f"it names document sha256:{name.hex()}, which the file lacks")
        return contents

    def _header(self, place: _Place, members: Mapping[str, Any]) -> None:
        del place
        if members["format"] != form.FORMAT:
            raise ExportFileError(f"export format {members['format']} is newer than this CCM Engine reads; upgrade it")
        since, until = members["from"], members["to"]
        self._contents = Contents(
            members["origin"],
            moment.read(members["created_at"]),
            moment.read(since) if since else None,
            moment.read(until) if until else None,
            {name: form.decoded(key) for name, key in members["keys"].items()},
        )

    def _note(self, place: _Place, members: Mapping[str, Any]) -> None:
        checkpoint = open_note(members["text"], self.contents.keys if self._keys is None else self._keys)
        if checkpoint.origin != f"{self.contents.origin}/{ENGINE}":
            raise ValueError(f"it is a checkpoint of {checkpoint.origin}, not of {self.contents.origin}/{ENGINE}")
        self._checkpoints.append((place.number, checkpoint))
        self.contents.notes.append(members["text"])

    # ── ledgers ──

    def _begin(self, place: _Place, members: Mapping[str, Any]) -> None:
        name, hashes = members["ledger"], tuple(bytes.fromhex(one) for one in members["hashes"])
        if name in self.contents.slices or self.contents.documents:
            raise ValueError(f"ledger {name} stands in the wrong place")
        before = CompactRange(members["size"], hashes)
        if before.size.bit_count() != len(hashes):
            raise ValueError(f"{len(hashes)} hashes are no tree of {before.size}")
        self._ledger = _Ledger(name, before, place.offset + place.length, place.number + 1, before)
        if name == ENGINE:
            self._compare(before)

    def _entry(self, place: _Place, line: bytes) -> None:
        if self._ledger is None:
            raise ValueError("it is neither a record nor an entry of a ledger")
        ledger, entry = self._ledger, Entry.parse(line)
        if (entry.ledger, entry.seq) != (ledger.name, ledger.tree.size + 1):
            raise ValueError(f"here belongs entry {ledger.tree.size + 1} of ledger {ledger.name}")
        follows = ledger.last is None or entry.previous == ledger.last.digest
        if ledger.doubt:
            # If this one names the last one, it was the one before the last that changed.
            raise _BadLineError(place.number - (2 if follows else 1), "its bytes are not those that were chained")
        if ledger.last is None and entry.seq == 1 and entry.previous is not None:
            raise ValueError("the first entry of a ledger follows none")
        ledger.doubt = not follows
        ledger.last = entry
        ledger.count += 1
        ledger.tree = ledger.tree.append(leaf_hash(line))
        for named in documents_of(entry):
            self._named.setdefault(_raw(named), place.number)
        if ledger.name == ENGINE:
            if not ledger.doubt:
                self._compare(ledger.tree)
            if entry.kind == "run":
                for account, told in entry.body.get("accounts", {}).items():
                    self._vouch(account, told)
        else:
            self._hold_to_the_engine(ledger, entry)

    def _vouch(self, account: str, told: Mapping[str, Any]) -> None:
        if account not in self._vouched or self._vouched[account]["seq"] < told["seq"]:
            self._vouched[account] = told

    def _hold_to_the_engine(self, ledger: _Ledger, entry: Entry) -> None:
        told = self._vouched.get(ledger.name)
        if told is None or told["seq"] != entry.seq or ledger.doubt:
            return
        if told["digest"] != entry.digest:
            raise ValueError("the engine's ledger vouches for another entry in this place")
        if told.get("root") not in (None, ledger.tree.root().hex()):
            raise ValueError("the engine's ledger vouches for another tree up to this entry")

    def _compare(self, tree: CompactRange) -> None:
        """Hold a tree of the engine's ledger to the notes that sign its size."""
        for _, checkpoint in self._checkpoints:
            if checkpoint.size == tree.size:
                if checkpoint.root != tree.root():
                    raise ValueError(f"a signed checkpoint tells another root of the first {tree.size} entries")
                self.contents.signed = tree.size

    def _head(self, place: _Place, members: Mapping[str, Any]) -> None:
        ledger = self._ledger
        if ledger is None or ledger.last is None or members["ledger"] != ledger.name:
            raise ValueError("no entries of that ledger stand before it")
        head = Head(members["seq"], members["digest"])
        whole = (ledger.last.seq, ledger.last.digest) == (head.seq, head.digest)
        if ledger.doubt:
            raise _BadLineError(place.number - (2 if whole else 1), "its bytes are not those that were chained")
        if ledger.last.seq != head.seq:
            raise ValueError(f"{head.seq - ledger.last.seq} entries are missing before it")
        if not whole:
            raise _BadLineError(place.number - 1, "its bytes are not those that were written")
        if ledger.tree.root().hex() != members["root"]:
            raise _BadLineError(ledger.line - 1, "the tree it gives does not lead to the ledger's root")
        if ledger.name == ENGINE:
            self._hold_to_the_notes(ledger.tree, members["proofs"])
        vouched = self._vouched.get(ledger.name, {}).get("seq", 0)
        if vouched > head.seq:
            raise ValueError(f"the engine's ledger vouches for entry {vouched}, which is missing")
        if ledger.name != ENGINE and vouched < head.seq:
            self.contents.loose[ledger.name] = max(vouched + 1, ledger.before.size + 1)
        self.contents.slices[ledger.name] = Slice(
            ledger.name, ledger.before, ledger.offset, ledger.line, ledger.count, head, ledger.tree.root()
        )
        self._ledger = None

    def _hold_to_the_notes(self, tree: CompactRange, proofs: Sequence[Mapping[str, Any]]) -> None:
        """Hold the last tree of the engine's ledger to the notes that sign more than this file has."""
        hashes = {proof["size"]: [bytes.fromhex(one) for one in proof["hashes"]] for proof in proofs}
        for number, checkpoint in self._checkpoints:
            if checkpoint.size <= tree.size:
                continue
            if checkpoint.size not in hashes:
                raise _BadLineError(number, f"the file proves nothing about its {checkpoint.size} entries")
            try:
                verify_consistency(tree.size, tree.root(), checkpoint.size, checkpoint.root, hashes[checkpoint.size])
            except ProofError as error:
                raise _BadLineError(number, f"the engine's ledger does not lead to what it signs: {error}") from error
            self.contents.signed = tree.size

    # ── documents ──

    def _document(self, place: _Place, members: Mapping[str, Any]) -> None:
        if digest(form.decoded(members["data"])) != members["digest"]:
            raise ValueError(f"its data is not document {members['digest']}")
        self.contents.documents[_raw(members["digest"])] = (place.offset, place.length - 1)

    def _absent(self, place: _Place, members: Mapping[str, Any]) -> None:
        del place
        self.contents.absent.add(_raw(members["digest"]))

    def _end(self, place: _Place, members: Mapping[str, Any]) -> None:
        if members["lines"] != place.number:
            raise ValueError(f"the file had {members['lines']} lines; some are missing, or were added")
        self._ended = True


def _raw(named: str) -> bytes:
    return bytes.fromhex(named.removeprefix("sha256:"))
