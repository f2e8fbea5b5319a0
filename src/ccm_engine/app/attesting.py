"""What people attest: recorded, and read back as it counts at a moment."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ccm_engine.app.frameworks import requirement_named
from ccm_engine.app.noting import note
from ccm_engine.core import moment
from ccm_engine.core.attestation import Attestation
from ccm_engine.engine.framework_standing import needs_person
from ccm_engine.frameworks import Framework
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.store import Store

KIND = "attestation"
LONGEST_NAME, LONGEST_TEXT = 200, 2000


class AttestError(ValueError):
    """What is to be attested cannot be; the message is one line that names it and the mend."""


@dataclass(frozen=True)
class Said:
    """What a person says, checked: who, in which words, until when, and the digest of what shows it."""

    name: str
    text: str
    expires_at: datetime
    attachment: str | None = None


def said(name: str, text: str, expires: str, attachment: Path | None, now: datetime) -> Said:
    """Return what a person says. Raises AttestError for what is empty, too long, too late or cannot be read."""
    return Said(
        _words(name, "--name", LONGEST_NAME),
        _words(text, "--text", LONGEST_TEXT),
        _expiry(expires, now),
        _digest(attachment) if attachment else None,
    )


def _words(value: str, option: str, longest: int) -> str:
    told = " ".join(value.split())
    if not told:
        raise AttestError(f"{option}: it is empty; say it, for the record")
    if len(told) > longest:
        raise AttestError(f"{option}: it is longer than {longest} characters; say it shorter")
    if not told.isprintable():
        raise AttestError(f"{option}: it holds control characters; take them out")
    return told


def _expiry(text: str, now: datetime) -> datetime:
    try:
        expires = moment.read(text)
    except (ValueError, OverflowError) as error:
        raise AttestError(f"--expires: {text!r} is no date; write it as 2027-03-01") from error
    last = a_year_after(now)
    if expires <= now:
        raise AttestError(f"--expires: {moment.written(expires)} is over; give a later date")
    if expires > last:
        raise AttestError(f"--expires: {text} is more than a year ahead; {last:%Y-%m-%d} is the last that can be")
    return expires


def a_year_after(now: datetime) -> datetime:
    """Return the same moment a year later; of 29 February, that of the 28th."""
    try:
        return now.replace(year=now.year + 1)
    except ValueError:
        return now.replace(year=now.year + 1, day=28)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
    except OSError as error:
        raise AttestError(f"--attachment: {path} cannot be read ({error.strerror}); name a file") from error


def attestable(frameworks: Mapping[str, Framework], reference: str) -> tuple[str, str]:
    """Return the framework's and the requirement's id that `soc2:CC1.1` names.

    Raises UnknownFrameworkError, and AttestError for what controls judge.
    """
    framework, requirement = requirement_named(frameworks, reference)
    entry = framework.requirements[requirement]
    if not needs_person(entry):
        by = f"by {', '.join(entry.controls)}" if entry.controls else "by controls alone, of which there are none yet"
        raise AttestError(f"{reference} is judged {by}; a person attests only what no API can show")
    return framework.id, requirement


def attest(store: Store, framework: str, requirement: str, what: Said, by: str, now: datetime) -> Attestation:
    """Record it in the engine's ledger; it takes the place of an earlier one. Raises StoreError."""
    made = Attestation(framework, requirement, what.name, what.text, by, now, what.expires_at, what.attachment)
    journal = Journal(store)
    journal.catch_up()
    # When it was recorded, the entry itself tells.
    body = {name: value for name, value in made.as_json().items() if name != "attested_at"}
    note(journal, KIND, body, now)
    return made


def attestations(store: Store, at: datetime) -> dict[str, dict[str, Attestation]]:
    """Return the newest attestation of each requirement as of a moment, by framework and requirement id.

    Also those that have expired by then. Raises StoreError.
    """
    found: dict[str, dict[str, Attestation]] = {}
    for row in store.rows(KIND):  # of one requirement, the newest is the last
        one = Attestation.from_json(row.body)
        if one.attested_at <= at:
            found.setdefault(one.framework, {})[one.requirement] = one
    return found
