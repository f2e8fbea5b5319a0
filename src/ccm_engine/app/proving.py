"""`ccm prove`: which finding is meant, and its proof under a checkpoint that is there or made for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ccm_engine.app.checkpoints import CheckpointError, Checkpoints
from ccm_engine.app.compose import checkpoints_of
from ccm_engine.app.recorded import NothingRecordedError
from ccm_engine.app.settings import Settings
from ccm_engine.app.views import Views
from ccm_engine.core.finding import Finding
from ccm_engine.ledger.checkpoint import NoteError
from ccm_engine.ledger.journal import Journal
from ccm_engine.ledger.proof import Body
from ccm_engine.ledger.prove import NotProvableError
from ccm_engine.ledger.prove import prove as prove_key

_MOST_SHOWN = 5


class UnclearFindingError(NothingRecordedError):
    """What was asked for fits no finding, or several; one line that lists these."""


@dataclass(frozen=True)
class Wanted:
    """What a person says of one finding. Each of `words` is its key, control id, resource id, ARN or shown name."""

    words: Sequence[str]
    account: str | None = None
    region: str | None = None

    def fits(self, finding: Finding) -> bool:
        """Whether everything said is true of a finding."""
        names = (finding.key, finding.control_id, finding.resource_id, finding.resource_arn, finding.shown)
        return (
            all(word in names for word in self.words)
            and self.account in (None, finding.account_id)
            and self.region in (None, finding.region)
        )


def proof_of(settings: Settings, views: Views, wanted: Wanted, now: datetime) -> Body:
    """Return the proof of the one finding that is wanted.

    Where the last checkpoint does not cover the whole ledger of the engine, a new one is signed and published.
    Raises UnclearFindingError, NothingRecordedError, DamagedRecordError, SettingsError, StoreError.
    """
    store = views.store
    Journal(store).catch_up()
    finding = the_one(views, wanted)
    checkpoints = checkpoints_of(settings, store)
    try:
        note = _note(checkpoints, now)
        return prove_key(store, finding.account_id, finding.key, note, checkpoints.verifier_key)
    except (NotProvableError, CheckpointError, NoteError) as error:
        raise NothingRecordedError(str(error)) from error


def the_one(views: Views, wanted: Wanted) -> Finding:
    """Return the one standing finding that fits. Raises UnclearFindingError."""
    found = [known.finding for known in views.findings() if wanted.fits(known.finding)]
    if len(found) == 1:
        return found[0]
    asked = " ".join(wanted.words)
    if not found:
        where = "".join(f" in {one}" for one in (wanted.account, wanted.region) if one)
        raise UnclearFindingError(f"no finding stands that is {asked!r}{where}; ccm findings --all lists them")
    shown = [
        f"{one.control_id} {one.resource_id} --account {one.account_id} --region {one.region}"
        for one in found[:_MOST_SHOWN]
    ]
    more = f"; and {len(found) - _MOST_SHOWN} more" if len(found) > _MOST_SHOWN else ""
    raise UnclearFindingError(f"{asked!r} fits {len(found)} findings; name one: {'; '.join(shown)}{more}")


def _note(checkpoints: Checkpoints, now: datetime) -> str:
    try:
        return checkpoints.publish(now)
    except CheckpointError:
        # Signed and kept it proves as well as published, and that it was not is for `GET /health` to tell.
        if kept := checkpoints.latest():
            return kept
        raise
