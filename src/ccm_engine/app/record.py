"""Recording a run: what it changed goes to the account's ledger, what it came to, to the engine's."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from ccm_engine.app.daily_manifest import daily_manifest
from ccm_engine.app.earlier import entry_of, overtaken
from ccm_engine.app.kept import Kept
from ccm_engine.app.run_entry import (
    RunInfo,
    alerts,
    by_tags,
    change_line,
    counts,
    heading,
    left_lines,
    manifest_changes,
    marks,
    result_line,
    unreadable,
)
from ccm_engine.clouds.aws.keeping import Keeper
from ccm_engine.core import moment
from ccm_engine.core.control import Control
from ccm_engine.core.known import Known
from ccm_engine.engine.alert import Transition
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.engine.collection import Collection
from ccm_engine.engine.diff import Basis, Before, Reach, difference, seen_now
from ccm_engine.engine.judged import ControlRun
from ccm_engine.engine.overtaken import NOT_OVERTAKEN, Overtaken
from ccm_engine.engine.score import Scorecard
from ccm_engine.ledger.entry import Draft, Entry
from ccm_engine.ledger.journal import PART, Journal, in_parts
from ccm_engine.ledger.roots import manifest_root, verdicts_root
from ccm_engine.ledger.store import ConflictError, Store

TRIES = 5
Body = dict[str, Any]
T = TypeVar("T")


class Recorder:
    """Writes runs into one store."""

    def __init__(self, store: Store, keeper: Keeper) -> None:
        self.store = store
        self.journal = Journal(store)
        self._keeper = keeper

    def commit(
        self,
        run: RunInfo,
        collection: Collection,
        judged: Sequence[ControlRun],
        alert_on: frozenset[Transition],
        finished_at: datetime,
        kept: Kept | None = None,
    ) -> Entry:
        """Record one account of a run; return its run entry. Raises StoreError; then nothing of it is committed.

        What the run has recorded of the account already stays, and is returned. `kept` holds what was let go
        meanwhile; LetGoError is raised when that is wanted again.
        """
        kept = kept or self.keeping(collection.account.id)
        kept.hold(collection)
        judged = [replace(each, findings=[kept.discreet(one) for one in each.findings]) for each in judged]
        return self._retried(lambda: self._commit(run, collection, judged, kept, alert_on, finished_at))

    def keeping(self, account: str) -> Kept:
        """Return what keeps the documents of an account's run that begins now. Raises StoreError."""
        head = self.journal.head(account)  # first: what is written meanwhile overtakes this run
        began = head.seq if head else 0
        return Kept(self.store, self._keeper, self.before(account), self._manifest(account), began)

    def _manifest(self, account: str) -> dict[str, str]:
        return {row.sort: row.body["digest"] for row in self.store.rows(f"manifest/{account}")}

    def _commit(
        self,
        run: RunInfo,
        collection: Collection,
        judged: Sequence[ControlRun],
        kept: Kept,
        alert_on: frozenset[Transition],
        finished_at: datetime,
    ) -> Entry:
        account, at, id_ = collection.account.id, run.started_at, run.run_id
        head = self.journal.head(account)
        if earlier := entry_of(self.store, run, account, head):
            return earlier
        before, manifest = kept.before, kept.manifest
        if (head.seq if head else 0) != kept.began:  # else nothing was written since they were read
            before = self.before(account, overtaken(self.store, account, head, kept.began))
            manifest = self._manifest(account)
        moved = manifest_changes(manifest, kept.by_resource(collection), collection)
        moved = [one for one in moved if not _undoes(one[0], kept, collection, judged, before.overtaken)]
        told = difference(judged, before, Reach(collection, run.whole), kept.rests)
        after = {
            **before.findings,
            **{change.key: change.after for change in told.changes if change.after},
        }
        for change in told.changes:
            if change.after is None:
                del after[change.key]
        stands = _moved(manifest, moved)
        parts = [
            *in_parts(PART, id_, "changes", [change_line(change) for change in told.changes], at),
            *in_parts(PART, id_, "manifest", [list(one) for one in moved], at),
            *daily_manifest(self.store, run, account, stands),
            *in_parts(PART, id_, "evaluated", marks(told), at),
            *in_parts(PART, id_, "left", left_lines(told), at),
            *in_parts(PART, id_, "alerts", alerts(told, before, judged, alert_on, finished_at), at),
        ]
        ran = {one.control.id for one in judged}
        counted = [(finding, stands) for finding, stands in seen_now(after.values()) if finding.control_id in ran]
        body = {
            **heading(run, finished_at),
            "account_name": collection.account.name,
            "ou": collection.account.ou,
            "refused": str(collection.refused) if collection.refused else None,
            "regions": list(collection.regions) if collection.regions is not None else None,
            "denied_regions": {region: str(failure) for region, failure in sorted(collection.denied.items())},
            "controls": {one.control.id: counts(one) for one in judged},
            "coverage": {
                "judged": sum(stands for finding, stands in counted if finding.status.judged),
                "expected": sum(stands for _, stands in counted),
            },
            "unreadable": unreadable(judged),
            "calls": collection.calls,
            "throttled": collection.throttled,
            **by_tags(judged),
            "verdicts_root": verdicts_root(after.values()),
            "manifest_root": manifest_root(stands),
        }
        return self.journal.write(account, Draft("run", at, body), parts, head, finished_at)

    def recorded(self, account: str, run: RunInfo) -> Entry | None:
        """Return the entry by which a run committed an account, None when it has not. Raises StoreError."""
        return entry_of(self.store, run, account, self.journal.head(account))

    def before(self, account: str, overtaken: Overtaken = NOT_OVERTAKEN) -> Before:
        """Return what is known of an account by a run that was `overtaken` by others; findings without evidence."""
        findings = {
            row.sort: Known.from_json({**row.body, "evidence": {}}) for row in self.store.rows(f"finding/{account}")
        }
        evaluated = {
            (row.body["control_id"], row.body["region"]): Basis(
                row.body["digest"], row.body["settings"], moment.read(row.body["since"]), row.body.get("tags")
            )
            for row in self.store.rows(f"evaluated/{account}")
        }
        # Nothing was left out by tags where no filter ever was.
        left = self._left(account) if any(basis.tags for basis in evaluated.values()) else {}
        return Before(findings, evaluated, overtaken, self._evidence_of, left)

    def _left(self, account: str) -> dict[str, Known]:
        return {row.sort: Known.from_json(row.body) for row in self.store.rows(f"left/{account}")}

    def _evidence_of(self, known: Known) -> Body:
        row = self.store.row(f"finding/{known.finding.account_id}", known.finding.key)
        evidence: Body = row.body["evidence"] if row else {}
        return evidence

    def finish(
        self,
        run: RunInfo,
        status: str,
        accounts: dict[str, Body],
        card: Scorecard | None,
        finished_at: datetime,
        reason: str = "",
        skipped: Sequence[Body] = (),
        tags: Body | None = None,
    ) -> Body:
        """Record what a run came to over all its accounts; return that. Raises StoreError.

        `status` is `complete`, `abandoned` or `failed` (with its `reason`); `skipped` are accounts that are not active,
        `tags` the filter that was in force.
        """
        body: Body = {
            **heading(run, finished_at),
            "status": status,
            "reason": reason,
            "resumed_at": moment.written(run.resumed_at) if run.resumed_at else None,
            "accounts": accounts,
            "skipped": list(skipped),
            **({"tags": tags} if tags else {}),
            "score": card.score if card else None,
            "grade": card.grade if card else None,
            "coverage": card.coverage if card else None,
            "controls": {result.face.id: result_line(result) for result in card.controls} if card else {},
        }
        self._retried(lambda: self.journal.note("run", body, finished_at))
        return body

    def note_catalogue(self, catalogue: Catalogue, now: datetime) -> None:
        """Record the enabled controls if they are not the ones recorded last. Raises StoreError."""
        controls = {
            control.id: {
                "title": control.title,
                "severity": control.severity.value,
                "category": control.category.value,
                "maturity": control.maturity.value,
                "digest": control.digest,
                "settings": dict(control.settings),
            }
            for control in catalogue
        }
        self._note_if_new("catalogue", "controls", {"controls": controls}, now)

    def note_scope(self, scope: Body, now: datetime) -> None:
        """Record what is expected (schedule, accounts, regions, controls) if it changed. Raises StoreError."""
        self._note_if_new("scope", "scope", scope, now)

    def _note_if_new(self, partition: str, kind: str, body: Body, now: datetime) -> None:
        last = next(self.store.rows(partition, descending=True), None)
        if last is None or last.body != body:
            self._retried(lambda: self.journal.note(kind, body, now))

    def _retried(self, act: Callable[[], T]) -> T:
        """Do it again when another engine wrote to the ledger first: what it wrote decides what is still new."""
        for _ in range(TRIES - 1):
            try:
                return act()
            except ConflictError:
                self.journal.catch_up()
        return act()


def _undoes(key: str, kept: Kept, collection: Collection, judged: Sequence[ControlRun], overtaken: Overtaken) -> bool:
    """Whether a resource was read later than here by a run that overtook this one."""
    if not overtaken:
        return False
    kind, region, _ = key.split("|", 2)
    read_at = kept.read_at.get(key) or collection.started_at
    readers = [
        (run.control, run.narrowed.told_by if run.narrowed else ())
        for run in judged
        if isinstance(run.control, Control)
    ]
    return any(
        overtaken.has_seen(control.id, region, read_at)
        for control, told_by in readers
        if kind in [resource.kind() for resource in (*control.resources, *told_by)]
    )


def _moved(manifest: dict[str, str], moved: Sequence[tuple[str, str | None]]) -> dict[str, str]:
    after = {**manifest, **{key: name for key, name in moved if name}}
    gone = {key for key, name in moved if name is None}
    return {key: name for key, name in after.items() if key not in gone}
