"""docs/ledger-format.md names every kind and member that a kept record has."""

import re
import shutil
from pathlib import Path

import pytest

from ccm_engine.app.attesting import KIND as ATTESTATION
from ccm_engine.app.purging import KIND as PURGE
from ccm_engine.ledger.entry import ENGINE, FORMAT
from ccm_engine.ledger.exact_form import _MEMBERS
from ccm_engine.stores.sqlite import SQLiteStore

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ledger-format.md").read_text(encoding="utf-8")
ENTRY, ACCOUNTS, ENGINES, _ = re.split(r"^## .+$", PAGE, flags=re.MULTILINE)[1:]


def rows(section: str) -> dict[str, set[str]]:
    """Return, by what a row begins with, what its cells name; a row that begins with nothing goes on."""
    found: dict[str, set[str]] = {}
    name = ""
    for first, rest in re.findall(r"^\| *(?:`(\w+)`)? *\| (.+) \|$", section, re.MULTILINE):
        name = first or name
        found.setdefault(name, set()).update(re.findall(r"`(\w+)`", rest))
    return found


def test_an_entry_has_just_these_members() -> None:
    assert set(rows(ENTRY)) == _MEMBERS
    assert f"Format {FORMAT} is the only one" in PAGE


@pytest.mark.parametrize("kept", sorted((ROOT / "tests" / "fixtures").glob("ccm-*.db")), ids=lambda path: path.stem)
def test_what_a_record_holds_is_named(kept: Path, tmp_path: Path) -> None:
    store = SQLiteStore(Path(shutil.copy(kept, tmp_path / "kept.db")))
    seen = 0
    for ledger in store.ledgers():
        named = rows(ENGINES if ledger == ENGINE else ACCOUNTS)
        for entry in store.entries(ledger):
            assert entry.kind in named
            assert set(entry.body) <= named[entry.kind], f"{ledger}, entry {entry.seq} of kind {entry.kind}"
            seen += 1
    store.close()
    assert seen


def test_kinds_that_people_cause_are_named() -> None:
    assert {ATTESTATION, PURGE} <= set(rows(ENGINES))
