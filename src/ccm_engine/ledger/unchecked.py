"""What a verification could not check, in plain sentences, each with what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ccm_engine.ledger.entry import ENGINE
from ccm_engine.ledger.verification import counted, titled

SHOWN = 5


@dataclass
class Seen:
    """What there was to check with.

    `engine` is the size of the engine's ledger. `given` checkpoints came from elsewhere, the largest that holds
    of size `newest`; `local` are kept beside the record; `later` are of more entries than are here, `earlier` of
    fewer than stand before them; `foreign` are the records that checkpoints among the given ones are of, and are
    not this one. `beyond` are the entries, first and last, that no engine entry vouches for, by account; `cut`
    where reading ended, and why if that is no break, by ledger.
    """

    documents: bool
    engine: int = 0
    given: int = 0
    newest: int = 0
    local: int = 0
    later: int = 0
    earlier: int = 0
    foreign: frozenset[str] = frozenset()
    scoped: bool = False
    closed: bool = False
    purged: int = 0
    absent: int = 0
    uncompared: int = 0
    beyond: dict[str, tuple[int, int]] = field(default_factory=dict)
    cut: dict[str, tuple[int, str]] = field(default_factory=dict)


def unchecked(seen: Seen) -> Iterator[str]:
    """Yield one sentence for each thing that was not checked."""
    yield from _of_checkpoints(seen)
    for ledger, (first, newer) in seen.cut.items():
        why = f": {newer}" if newer else ": its reading ended there; mend the break first"
        yield f"{titled(ledger)[0].upper()}{titled(ledger)[1:]} from entry {first} on{why}."
    if seen.beyond:
        yield _of_beyond(seen)
    if not seen.documents:
        yield "The documents: there are none to look at here. Verify the store, or an export with its documents."
    if seen.purged:
        many = counted(seen.purged, "document")
        yield f"The contents of {many} that {_were(seen.purged)} removed on purpose (ccm purge): only the digests are."
    if seen.absent:
        many = counted(seen.absent, "document")
        yield f"The contents of {many} that {_were(seen.absent)} not exported: most likely removed by ccm purge before."
    if seen.uncompared:
        many = counted(seen.uncompared, "run")
        yield f"The verdicts that stood in {many}: they rest on what was before this period. Verify the store."
    if not seen.scoped:
        yield "Completeness: no scope is recorded here, so it is not known what was to be judged."
    if seen.closed:
        yield "Whether runs followed after the end of this file: verify the store, or the file that follows."


def _of_checkpoints(seen: Seen) -> Iterator[str]:
    if seen.foreign:
        yield f"Checkpoints of other records ({', '.join(sorted(seen.foreign))}): verify these records with them."
    if seen.later:
        yield f"{counted(seen.later, 'checkpoint')} of more entries than are in this file: verify the store with them."
    if seen.earlier:
        many = counted(seen.earlier, "checkpoint")
        yield f"{many} of fewer entries than stand before this file: verify the store, or an earlier file, with them."
    if not seen.given:
        yield (
            "Whether everything was rewritten, or the store replaced by an older copy: no checkpoint from elsewhere "
            "was given, and whoever holds the signing key can do either unseen. Publish checkpoints "
            "(CCM_CHECKPOINT_BUCKET) and give them: --checkpoint s3://BUCKET/checkpoints/, a file or a directory."
        )
        if not seen.local and seen.engine:
            yield (
                "The last entry of the engine's ledger: no checkpoint is kept here either, so nothing shows "
                "whether it was changed, or others after it removed."
            )
        return
    if 0 < seen.newest < seen.engine:
        which = f"entry {seen.engine} of the engine's ledger is"
        if seen.engine - seen.newest > 1:
            which = f"entries {seen.newest + 1} to {seen.engine} of the engine's ledger are"
        yield (
            f"Whether the end was rewritten: {which} newer than the newest checkpoint given. "
            "Give a newer one, or verify again after the next is published."
        )
    yield (
        "Whether the checkpoints given were safe where they were kept: whoever holds the signing key and can replace "
        "all of them can rewrite history. Keep them where the operator cannot (S3 Object Lock in compliance mode, "
        "another organisation, print)."
    )


def _of_beyond(seen: Seen) -> str:
    told = [
        f"{account} {first} to {last}" if first != last else f"{account} {first}"
        for account, (first, last) in sorted(seen.beyond.items())
    ]
    shown = ", ".join(told[:SHOWN])
    more = f" and of {counted(len(told) - SHOWN, 'more account')}" if len(told) > SHOWN else ""
    why = "A run is under way, or was cut off; the next whole run vouches for them."
    if ENGINE in seen.cut:
        why = "What should vouch for them could not be read."
    return f"Entries that the engine's ledger does not vouch for: {shown}{more}. {why}"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
