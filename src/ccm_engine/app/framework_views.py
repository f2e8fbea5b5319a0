"""How frameworks stand by the record, now or at a moment."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from ccm_engine.app.attesting import attestations
from ccm_engine.app.frameworks import mapped
from ccm_engine.app.views import Views
from ccm_engine.core.attestation import Attestation
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.framework_standing import FrameworkStanding, framework_standing
from ccm_engine.engine.score import ControlFace, Scorecard, results_of, scorecard
from ccm_engine.frameworks import Framework

Said = dict[str, dict[str, Attestation]]


def stand(
    views: Views,
    frameworks: Iterable[Framework],
    now: datetime,
    at: datetime | None = None,
    accounts: Iterable[str] | None = None,
) -> Iterator[FrameworkStanding]:
    """Yield how frameworks stand over `accounts` (None: all that count), now or as they stood at a moment.

    The controls are those enabled then, the requirements those of the frameworks as they are now. What people
    attest is of no account. Raises StoreError.
    """
    when = at or now
    card = views.scorecard(at, accounts)
    yield from _standings(frameworks, card, views.catalogue, attestations(views.store, when), when)


def unjudged(catalogue: Catalogue, frameworks: Iterable[Framework], now: datetime) -> Iterator[FrameworkStanding]:
    """Yield how frameworks stand where nothing is recorded yet."""
    card = scorecard(results_of([ControlFace.of(control) for control in catalogue], (), {}), None)
    yield from _standings(frameworks, card, catalogue, {}, now)


def _standings(
    frameworks: Iterable[Framework], card: Scorecard, catalogue: Catalogue, said: Said, when: datetime
) -> Iterator[FrameworkStanding]:
    themselves = mapped(catalogue)
    for framework in frameworks:
        attested = said.get(framework.id, {})
        counting = [id_ for id_, one in attested.items() if one.counts(when)]
        yield framework_standing(framework, card, themselves.get(framework.id, {}), attested, counting)
