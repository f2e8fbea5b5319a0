"""Snapshots: what a run would judge, into a file; and a file judged, whenever and wherever, without any call.

Judging a file is no observation of now: nothing is recorded or alerted, and the run's moment is the snapshot's.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import ccm_engine
from ccm_engine.app.compose import enabled_controls
from ccm_engine.app.monitor import new_run_id
from ccm_engine.app.progress import Progress
from ccm_engine.app.reach import Reaching, roster
from ccm_engine.app.run_entry import RunInfo
from ccm_engine.app.scanning import Wanted
from ccm_engine.app.settings import Settings, SettingsError
from ccm_engine.app.unstored import Unstored
from ccm_engine.clouds.aws.accounts import reach
from ccm_engine.clouds.aws.collect import collect
from ccm_engine.clouds.aws.keeping import Keeper
from ccm_engine.clouds.aws.kept_members import extents
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.clouds.aws.organizations import Member
from ccm_engine.clouds.aws.regions import check_regions
from ccm_engine.clouds.aws.sessions import Clients, shared_session
from ccm_engine.core.clock import utc_now
from ccm_engine.core.document import Failure
from ccm_engine.core.tags import TagListing
from ccm_engine.engine.catalogue import AnyControl, Catalogue, Check
from ccm_engine.engine.collection import Collection
from ccm_engine.engine.judge import judge_all
from ccm_engine.engine.plan import Plan, plan
from ccm_engine.engine.snapshot import Header, end, header, listings, records
from ccm_engine.engine.snapshot_reading import SnapshotReader, read_header
from ccm_engine.reports.scan_report import ScanReport
from ccm_engine.stores.snapshot_file import snapshot_read_from, snapshot_written_to

TRIGGER = "snapshot"


@dataclass
class Taken:
    """What a snapshot holds. `failures` are the listings that failed and the accounts that refused.

    `skipped` are accounts of the organization that are not active.
    """

    place: str
    accounts: int = 0
    documents: int = 0
    calls: int = 0
    throttled: int = 0
    failures: list[Failure] = field(default_factory=list)
    left_out: tuple[str, ...] = ()
    problems: Sequence[str] = ()
    skipped: Sequence[Member] = ()

    def add(self, collection: Collection) -> None:
        """Count one account."""
        self.accounts += 1
        self.documents += sum(len(population.documents) for population in listings(collection))
        self.calls += collection.calls
        self.throttled += collection.throttled
        failed = [population.failure for population in listings(collection)]
        told = (collection.refused, collection.regions_failure, *failed)
        self.failures += [failure for failure in told if failure]


def take_snapshot(settings: Settings, reaching: Reaching, wanted: Wanted, place: str, *, progress: Progress) -> Taken:
    """Collect what the wanted controls need, and write it to `place`; judge nothing.

    Raises SettingsError, SessionError, DiscoveryError, UnknownControlError, UnknownRegion, SnapshotFileError,
    ExportFileError or StoreError, each one line.
    """
    enabled = enabled_controls(settings)
    chosen = wanted.of(enabled)
    catalogue = enabled.only(chosen) if chosen else enabled
    left_out = tuple(control.id for control in catalogue if isinstance(control, Check))
    todo = replace(plan(catalogue, settings.tags), checks=())
    clients = Clients(shared_session(reaching.profile))
    regions = wanted.regions or settings.regions
    check_regions(clients.session, regions)
    limiter = Limiter(threading.Event(), settings.rates)
    # The key is nowhere else: what it seals, nobody can compare with anything outside the file.
    keeper = Keeper.passing()
    taken = Taken(place, left_out=left_out, problems=catalogue.problems)
    with snapshot_written_to(place) as write:
        called = roster(settings, clients, limiter, reaching)
        found, taken.skipped = called.targets, called.skipped
        now = utc_now()
        whole = not (chosen or wanted.regions or reaching.narrowed)
        controls = tuple(control.id for control in catalogue if control.id not in left_out)
        about = header(
            todo,
            controls,
            extents,
            engine=ccm_engine.__version__,
            run_id=new_run_id(now),
            taken_at=now,
            whole=whole,
        )
        write(about.as_json())
        for target in found:
            collection = collect(clients, limiter, reach(clients, target), todo, regions or None, now)
            for record in records(collection, keeper.body, utc_now()):
                write(record)
            taken.add(collection)
            progress(f"{collection.account.id}: {taken.accounts} of {len(found)} accounts")
        write(end(taken.accounts))
    return taken


def scan_from(
    settings: Settings, place: str, wanted: Wanted, accounts: Sequence[str], *, progress: Progress
) -> tuple[ScanReport, tuple[str, ...]]:
    """Judge a snapshot as of its moment; return that, and the controls it was not made for.

    Those are left out, but for the ones that were asked for by name: these are ERROR, not collected. Raises
    SettingsError, DiscoveryError, UnknownControlError, SnapshotFileError or StoreError, each one line.
    """
    enabled = enabled_controls(settings)
    chosen = wanted.of(enabled)
    with snapshot_read_from(place) as lines:
        about = lines.told(lambda: read_header(next(lines, {})))
        catalogue, left_out = _judgeable(enabled.only(chosen) if chosen else enabled, about, wanted.controls)
        needed = plan(catalogue, settings.tags)
        _refuse_without_tags(place, about, needed)
        reader = SnapshotReader(about, needed, wanted.regions, accounts)
        told = Unstored(due_days=settings.due_days, tags=settings.tags)
        finished_at = about.taken_at
        for account in lines.each(reader.read(lines)):
            told.add(account.collection, judge_all(catalogue, account.collection, about.taken_at, settings.tags))
            finished_at = max(finished_at, account.finished_at)
            progress(f"{account.collection.account.id}: {len(told.accounts)} accounts")
    whole = about.whole and not (chosen or wanted.regions or accounts or left_out)
    run = RunInfo(about.run_id, TRIGGER, about.taken_at, whole)
    return told.report(run, catalogue, finished_at), left_out


def _judgeable(catalogue: Catalogue, about: Header, named: Sequence[str]) -> tuple[Catalogue, tuple[str, ...]]:
    """Return the controls that a snapshot was made for, or that were asked for by name, and the ids of the others."""
    left_out = tuple(one.id for one in catalogue if one.id not in named and not _was_asked_for(one, about))
    kept = [one.id for one in catalogue if one.id not in left_out]
    if not kept:
        raise SettingsError("--from: the snapshot was made for none of these controls; name one with -c")
    return catalogue.only(kept), left_out


def _refuse_without_tags(place: str, about: Header, needed: Plan) -> None:
    missing = [kind for kind in needed.reads if issubclass(kind, TagListing) and kind.kind() not in about.reads]
    if missing:
        mend = "take it again with CCM_TAGS_INCLUDE or CCM_TAGS_EXCLUDE set, or judge it without them"
        raise SettingsError(f"--from: {place} was taken without a tag filter and holds no tags; {mend}")


def _was_asked_for(control: AnyControl, about: Header) -> bool:
    if isinstance(control, Check):
        return False
    needed: Plan = plan([control])
    return all(
        kind.kind() in about.reads and {ask.key for ask in asks} <= set(about.reads[kind.kind()])
        for kind, asks in needed.reads.items()
    )
