"""What people attest: refused where a control judges, recorded, counted until it expires, the newest of each."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from databases import CONTROLS, FIRST, START, record

from ccm_engine.app.attesting import AttestError, Said, attest, attestable, attestations, said
from ccm_engine.app.framework_views import stand, unjudged
from ccm_engine.app.frameworks import UnknownFrameworkError
from ccm_engine.app.views import Views
from ccm_engine.engine.framework_standing import RequirementStatus
from ccm_engine.frameworks.format import parse
from ccm_engine.stores.sqlite import SQLiteStore

DAY = timedelta(days=1)
HOUSE = parse(
    """
id: house
name: House rules
version: "7"
requirements:
  "1": {text: Disks are encrypted, controls: [rds_encryption_at_rest]}
  "2": {text: Staff are trained}
""",
    "house.yaml",
)
KNOWN = {"house": HOUSE}


@pytest.fixture
def views(tmp_path: Path) -> Views:
    store = SQLiteStore(tmp_path / "ccm.db")
    store.create()
    record(store, FIRST, {"a": True}, START)
    return Views(store, CONTROLS)


def statuses(views: Views, now: datetime, at: datetime | None = None) -> list[str]:
    (found,) = stand(views, [HOUSE], now, at)
    return [one.status.value for one in found.requirements]


def test_it_counts_until_it_expires_and_the_past_stays_as_it_stood(views: Views) -> None:
    at = START + DAY
    attest(views.store, "house", "2", Said("Ada", "seen", at + 30 * DAY), "root", at)
    assert statuses(views, at) == ["satisfied", "attested"]
    assert statuses(views, at + 30 * DAY - timedelta(seconds=1)) == ["satisfied", "attested"]
    assert statuses(views, at + 30 * DAY) == ["satisfied", "needs_person"]
    late = at + 300 * DAY
    assert statuses(views, late, at - timedelta(hours=1)) == ["satisfied", "needs_person"]
    assert statuses(views, late, at + DAY) == ["satisfied", "attested"]
    (found,) = stand(views, [HOUSE], late)
    kept = found.requirements[1].attestation
    assert kept is not None  # it is still shown
    assert (kept.name, kept.expires_at) == ("Ada", at + 30 * DAY)


def test_the_newest_takes_the_place_of_those_before(views: Views) -> None:
    at = START + DAY
    attest(views.store, "house", "2", Said("Ada", "seen", at + 300 * DAY), "root", at)
    attest(views.store, "house", "2", Said("Grace", "seen again", at + 2 * DAY), "root", at + DAY)
    assert statuses(views, at + 3 * DAY) == ["satisfied", "needs_person"]
    assert statuses(views, at + 3 * DAY, at + timedelta(hours=1)) == ["satisfied", "attested"]
    assert attestations(views.store, at)["house"]["2"].name == "Ada"


def test_a_failure_is_no_better_for_a_word(views: Views) -> None:
    at = START + DAY
    attest(views.store, "house", "1", Said("Ada", "seen", at + 30 * DAY), "root", at)
    record(views.store, FIRST, {"a": False}, at + DAY)
    assert statuses(views, at + 2 * DAY)[0] == "failing"


def test_without_a_record_nothing_is_satisfied() -> None:
    (found,) = unjudged(CONTROLS, [HOUSE], START)
    told = [one.status for one in found.requirements]
    assert told == [RequirementStatus.NOT_JUDGED, RequirementStatus.NEEDS_PERSON]


def test_what_controls_judge_is_refused() -> None:
    assert attestable(KNOWN, "house:2") == ("house", "2")
    with pytest.raises(AttestError, match=r"house:1 is judged by rds_encryption_at_rest"):
        attestable(KNOWN, "house:1")


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("house", "is not FRAMEWORK:REQUIREMENT"),
        ("house:", "is not FRAMEWORK:REQUIREMENT"),
        ("hause:2", "there is no framework 'hause'; did you mean house"),
        ("house:9", "has no requirement '9'; ccm frameworks show house"),
    ],
)
def test_what_there_is_not_is_refused_by_name(reference: str, told: str) -> None:
    with pytest.raises(UnknownFrameworkError, match=told):
        attestable(KNOWN, reference)


@pytest.mark.parametrize(
    ("name", "text", "expires", "told"),
    [
        (" ", "seen", "2026-05-01", "--name: it is empty"),
        ("Ada", "", "2026-05-01", "--text: it is empty"),
        ("Ada", "x" * 2001, "2026-05-01", "--text: it is longer"),
        ("Ada", "seen\x1b[31m", "2026-05-01", "--text: it holds control characters"),
        ("Ada", "seen", "soon", "--expires: 'soon' is no date"),
        ("Ada", "seen", "2026-03-06", "is over"),
        ("Ada", "seen", "2027-03-07", "more than a year ahead; 2027-03-06 is the last"),
    ],
)
def test_what_says_nothing_is_refused(name: str, text: str, expires: str, told: str) -> None:
    with pytest.raises(AttestError, match=told):
        said(name, text, expires, None, START)


def test_a_year_from_a_leap_day_ends_on_the_28th() -> None:
    leap = datetime(2028, 2, 29, tzinfo=UTC)
    assert said("Ada", "seen", "2029-02-28", None, leap).expires_at == datetime(2029, 2, 28, tzinfo=UTC)
    with pytest.raises(AttestError, match="more than a year"):
        said("Ada", "seen", "2029-03-01", None, leap)


def test_of_an_attachment_only_the_digest_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "minutes.pdf"
    file.write_bytes(b"agreed")
    assert (
        said("Ada", "seen", "2026-05-01", file, START).attachment == f"sha256:{hashlib.sha256(b'agreed').hexdigest()}"
    )
    with pytest.raises(AttestError, match="--attachment"):
        said("Ada", "seen", "2026-05-01", tmp_path / "none.pdf", START)
