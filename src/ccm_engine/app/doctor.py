"""The doctor: everything a run stands on, looked at before one is needed. It makes nothing and sends nothing."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from ccm_engine.app.broker import Broker
from ccm_engine.app.compose import bucket_of, enabled_controls, store_of
from ccm_engine.app.discovery import DiscoveryError
from ccm_engine.app.doctor_aws import examine_aws
from ccm_engine.app.examined import Examined, failed, ok, unset, warning
from ccm_engine.app.health import OVERDUE_INTERVALS, still_to_come
from ccm_engine.app.outbox import Outbox
from ccm_engine.app.progress import Progress
from ccm_engine.app.reach import Reaching
from ccm_engine.app.recorded import is_missing
from ccm_engine.app.secret_settings import is_kept_by_aws, secret_of
from ccm_engine.app.settings import Settings, SettingsError
from ccm_engine.app.signing import key_place, signer_of
from ccm_engine.app.spread import SpreadError
from ccm_engine.app.views import Views
from ccm_engine.core import moment
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.ledger.signer import SigningError
from ccm_engine.ledger.store import Store, StoreError
from ccm_engine.notify import DeliveryError, channel_types
from ccm_engine.notify.heartbeat import Heartbeat
from ccm_engine.stores.buckets import Bucket

_INIT = "make it with: ccm init"


def examine(
    settings: Settings, reaching: Reaching, clock: Callable[[], datetime], progress: Progress
) -> Iterator[Examined]:
    """Yield what was seen of each thing, as it is looked at. Raises nothing for what is wrong with any of them."""
    try:
        catalogue = enabled_controls(settings)
    except (DiscoveryError, SettingsError) as error:
        yield failed("controls", str(error))
        return
    yield _controls(catalogue)
    yield from examine_aws(settings, reaching, catalogue, clock, progress)
    store = store_of(settings)
    try:
        there = _store(store)
        yield there
        yield _key(settings, store, there)
        yield _last_run(settings, Views(store, catalogue), there, clock())
        yield _outbox(store, there, clock())
    finally:
        store.close()
    yield _checkpoints(settings)
    yield _evidence(settings)
    yield from _channels(settings)
    yield _heartbeat(settings)
    yield _broker(settings)


def _controls(catalogue: Catalogue) -> Examined:
    told = f"{len(list(catalogue))} enabled"
    if catalogue.problems:
        return warning("controls", f"{told}; some could not be loaded", "mend or remove them", catalogue.problems)
    return ok("controls", told)


def _store(store: Store) -> Examined:
    try:
        store.check()
    except StoreError as error:
        if is_missing(error):
            return warning("store", f"there is none at {store.name} yet", _INIT)
        return failed("store", str(error))
    return ok("store", f"{store.name} can be read and written")


def _key(settings: Settings, store: Store, there: Examined) -> Examined:
    try:
        place = key_place(settings, store)
        if not settings.signing_key and not Path(place).exists():
            return warning("signing key", f"there is none at {place} yet", _INIT)
        signer = signer_of(settings, store) if there.state == "ok" else None
        if signer is None:
            return unset("signing key", f"{place} is not tried without a store")
        signer.sign(b"ccm doctor: a signature that stands for nothing\n")
    except (SettingsError, SigningError, StoreError) as error:
        return failed("signing key", str(error))
    return ok("signing key", f"{signer.name} signs")


def _last_run(settings: Settings, views: Views, there: Examined, now: datetime) -> Examined:
    if there.state != "ok":
        return unset("last run", "nothing is recorded yet")
    try:
        last = views.last_run(whole=True)
    except StoreError as error:
        return failed("last run", str(error))
    if last is None:
        return warning("last run", "no whole run is recorded yet", "run: ccm scan, or keep ccm serve running")
    finished = moment.read(last["finished_at"])
    told = f"{last['run_id']} ended at {moment.written(finished)} with coverage {last['coverage']} %"
    if ahead := still_to_come(last, now):
        return failed("last run", f"{last['run_id']} {ahead}", "set this machine's clock right")
    if now - finished > OVERDUE_INTERVALS * timedelta(minutes=settings.interval_minutes):
        return warning("last run", told, "more than two intervals ago; see that ccm serve is running")
    return ok("last run", told)


def _outbox(store: Store, there: Examined, now: datetime) -> Examined:
    if there.state != "ok":
        return unset("outbox", "nothing is recorded yet")
    try:
        pending = Outbox(store, ()).pending()
    except StoreError as error:
        return failed("outbox", str(error))
    if not pending:
        return ok("outbox", "no alert waits")
    oldest = min(alert.at for alert in pending)
    waits = f"{len(pending)} alerts wait, the oldest for {int((now - oldest).total_seconds() // 60)} minutes"
    return warning("outbox", waits, "see the log of ccm serve for what the channel answers")


def _checkpoints(settings: Settings) -> Examined:
    if not settings.checkpoint_bucket:
        return unset("checkpoint bucket", "CCM_CHECKPOINT_BUCKET: checkpoints stay beside the record")
    try:
        bucket_of(settings)
    except SettingsError as error:
        return failed("checkpoint bucket", str(error))
    return ok("checkpoint bucket", f"{settings.checkpoint_bucket} is there, as far as it may be looked at")


def _evidence(settings: Settings) -> Examined:
    if not settings.evidence_bucket:
        return unset("evidence bucket", "CCM_EVIDENCE_BUCKET: large documents stay in the store")
    bucket = Bucket(settings.evidence_bucket, "CCM_EVIDENCE_BUCKET")
    try:
        bucket.has("ccm-doctor")
    except StoreError as error:
        return failed("evidence bucket", str(error))
    finally:
        bucket.close()
    return ok("evidence bucket", f"{settings.evidence_bucket} can be read; nothing was written")


def _channels(settings: Settings) -> Iterator[Examined]:
    wanted = [kind for kind in channel_types() if settings.value_of(kind.setting)]
    if not wanted:
        yield warning("alerts", "no channel is set", "set CCM_SNS_TOPIC_ARN or CCM_SLACK_WEBHOOK_URL")
    for kind in wanted:
        try:
            told = kind(secret_of(settings, kind.setting) or "").look()
            yield ok(f"alerts by {kind.name}", told + _read_from(settings, kind.setting))
        except (ValueError, DeliveryError) as error:
            yield failed(f"alerts by {kind.name}", str(error))


def _read_from(settings: Settings, name: str) -> str:
    return f"; read from {settings.value_of(name)}" if is_kept_by_aws(settings, name) else ""


def _heartbeat(settings: Settings) -> Examined:
    if not settings.heartbeat_url:
        return unset("heartbeat", "CCM_HEARTBEAT_URL: nobody outside hears of good sweeps")
    try:
        Heartbeat(secret_of(settings, Heartbeat.setting) or "")
    except ValueError as error:
        return failed("heartbeat", str(error))
    told = "its setting has the right form; it was not called"
    return ok("heartbeat", told + _read_from(settings, Heartbeat.setting))


def _broker(settings: Settings) -> Examined:
    if not settings.broker_url:
        return unset("workers", "CCM_BROKER_URL: accounts are judged by this machine")
    try:
        Broker(settings).look()
    except (SettingsError, SpreadError) as error:
        return failed("workers", str(error), "" if isinstance(error, SettingsError) else "see that it is running")
    told = "the broker can be reached; whether workers listen is not known"
    return ok("workers", told + _read_from(settings, "CCM_BROKER_URL"))
