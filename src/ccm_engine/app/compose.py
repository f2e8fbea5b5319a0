"""Putting the parts together: from settings to a monitor with its store, session and channels."""

import secrets
import threading
from functools import partial

from ccm_engine.app.account_run import AccountRunner
from ccm_engine.app.broker import Broker
from ccm_engine.app.brokered import Brokered
from ccm_engine.app.checkpoints import Checkpoints
from ccm_engine.app.credentials import refuse_missing
from ccm_engine.app.discovery import discover
from ccm_engine.app.enabling import by_default, enabled
from ccm_engine.app.frameworks import frameworks_of
from ccm_engine.app.half_restored import refuse_half_restored
from ccm_engine.app.monitor import Monitor
from ccm_engine.app.outbox import Outbox
from ccm_engine.app.processes import Processes
from ccm_engine.app.reach import AS_CONFIGURED, Reaching, roster
from ccm_engine.app.record import Recorder
from ccm_engine.app.secret_settings import secret_of
from ccm_engine.app.settings import Settings, SettingsError
from ccm_engine.app.signing import signer_of
from ccm_engine.app.spread import MakeSpread
from ccm_engine.app.tracing import set_up_traces
from ccm_engine.clouds.aws.keeping import KEY_BYTES, Keeper
from ccm_engine.clouds.aws.limits import Limiter
from ccm_engine.clouds.aws.locked_bucket import BucketError, LockedBucket
from ccm_engine.clouds.aws.regions import check_regions
from ccm_engine.clouds.aws.sessions import Clients, SessionError, own_session, shared_session
from ccm_engine.core.clock import utc_now
from ccm_engine.engine.catalogue import Catalogue
from ccm_engine.frameworks import shipped
from ccm_engine.ledger.store import ConflictError, Mark, Store
from ccm_engine.notify import channels
from ccm_engine.notify.heartbeat import Heartbeat
from ccm_engine.stores.buckets import Bucket
from ccm_engine.stores.offloading import OffloadingStore
from ccm_engine.stores.opening import open_store


def enabled_controls(settings: Settings) -> Catalogue:
    """Return the controls that the settings enable. Raises SettingsError or DiscoveryError."""
    own = frameworks_of(settings) if settings.frameworks_dir else None
    catalogue = discover(settings.controls_dir, settings.plugins, settings.per_control, own)
    if not (settings.controls or settings.disable):
        return by_default(catalogue)
    return enabled(catalogue, settings.controls, settings.disable, own or shipped())


def store_of(settings: Settings) -> Store:
    """Return the settings' store, with the bucket that its large documents go to; touches neither.

    Raises StoreError.
    """
    store = open_store(settings.store)
    if not settings.evidence_bucket:
        return store
    return OffloadingStore(store, Bucket(settings.evidence_bucket, "CCM_EVIDENCE_BUCKET"))


def ready_store(settings: Settings) -> Store:
    """Open the store, making it on first use. Raises StoreError."""
    store = store_of(settings)
    store.create()
    refuse_half_restored(store)
    return store


def keeper_of(store: Store) -> Keeper:
    """Return the keeper with the store's own secret, made on first use. Raises StoreError."""
    return Keeper(bytes.fromhex(_secret(store).body["key"]))


def _secret(store: Store) -> Mark:
    if mark := store.mark("secret", "keeping"):
        return mark
    try:
        return store.put_mark("secret", "keeping", {"key": secrets.token_bytes(KEY_BYTES).hex()}, version=0)
    except ConflictError:
        return _secret(store)  # another engine made it first


def bucket_of(settings: Settings) -> LockedBucket | None:
    """Return the bucket that checkpoints go to, None where none is set.

    Raises SettingsError when it is not there or has no Object Lock.
    """
    if not settings.checkpoint_bucket:
        return None
    try:
        bucket = LockedBucket(settings.checkpoint_bucket, own_session())
        bucket.check()
    except (BucketError, SessionError) as error:
        raise SettingsError(f"CCM_CHECKPOINT_BUCKET: {error}") from error
    return bucket


def checkpoints_of(settings: Settings, store: Store) -> Checkpoints:
    """Return the checkpoints of a store with its key and bucket. Raises SettingsError, StoreError."""
    return Checkpoints(store, signer_of(settings, store), bucket_of(settings))


def runner_of(settings: Settings, reaching: Reaching = AS_CONFIGURED) -> AccountRunner:
    """Return what carries out tasks in a process that only does that, over the store as it is.

    Raises SettingsError, SessionError, DiscoveryError or StoreError, each one line.
    """
    catalogue = enabled_controls(settings)
    clients = Clients(shared_session(reaching.profile))
    store = store_of(settings)
    refuse_half_restored(store)
    recorder, limiter = Recorder(store, keeper_of(store)), Limiter(threading.Event(), settings.rates)
    return AccountRunner(catalogue, recorder, clients, limiter, settings.transitions, utc_now)


def spread_of(settings: Settings, reaching: Reaching) -> MakeSpread:
    """Return who carries out a run's tasks: workers where there is a broker, else processes here.

    Raises SettingsError.
    """
    # A worker knows no way into an account but its own settings'.
    if settings.broker_url and not (reaching.role_arn or reaching.profile):
        return partial(Brokered, settings, Broker(settings))
    return partial(Processes, settings, reaching)


def _heartbeat_of(settings: Settings) -> Heartbeat | None:
    read = partial(secret_of, settings, Heartbeat.setting)
    url = read()
    return Heartbeat(url, read) if url else None


def monitor_of(settings: Settings, reaching: Reaching = AS_CONFIGURED) -> Monitor:
    """Return a monitor over the settings' store, session and channels.

    Raises SettingsError, SessionError, DiscoveryError, UnknownRegion or StoreError, each one line.
    """
    catalogue, spread = enabled_controls(settings), spread_of(settings, reaching)
    clients = Clients(shared_session(reaching.profile))
    check_regions(clients.session, settings.regions)
    refuse_missing(reaching.profile)  # before there is a store that nothing can be written to
    store = ready_store(settings)
    try:
        built = channels(partial(secret_of, settings))
        heartbeat = _heartbeat_of(settings)
    except ValueError as error:
        raise SettingsError(str(error)) from error
    find = partial(roster, settings, reaching=reaching)
    recorder = Recorder(store, keeper_of(store))
    checkpoints = checkpoints_of(settings, store)
    outbox = Outbox(store, built)
    set_up_traces()
    return Monitor(
        settings,
        catalogue,
        recorder,
        outbox,
        clients,
        find,
        checkpoints=checkpoints,
        heartbeat=heartbeat,
        spread=spread,
    )
