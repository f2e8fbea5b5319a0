"""AWS throttles one API of one account: that one slows down, nothing else does, and everything is judged."""

import threading
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from first_controls import first_controls
from lent_aws import lent_aws
from throttling_proxy import ThrottlingProxy

from ccm_engine.clouds.aws.accounts import Access, Role, assume
from ccm_engine.clouds.aws.collect import collect
from ccm_engine.clouds.aws.limits import RATES, Bucket, Limiter, Rate
from ccm_engine.clouds.aws.sessions import Clients, shared_session
from ccm_engine.demo import builders
from ccm_engine.engine.collection import AccountRef, Collection
from ccm_engine.engine.judge import judge_all
from ccm_engine.engine.plan import plan
from ccm_engine.engine.score import ControlFace, Seen, results_of, scorecard

from .canned import Asked, answer_with, error
from .contents import HOME, OTHER, clients_of
from .judging import NOW

REGIONS = ("eu-west-1", "us-east-1")
TIMES = 2
Place = tuple[str, str, str]


class Watched(Limiter):
    """Limits on a clock that stands still, so that who waits waits for tokens alone; notes who does."""

    def __init__(self) -> None:
        # A burst that nobody uses up: without throttling, nobody waits.
        generous = {service: Rate(rate.per_second, 10_000) for service, rate in RATES.items()}
        super().__init__(threading.Event(), generous, clock=lambda: 0.0)
        self.seen: dict[Place, Bucket] = {}
        self.waits: Counter[Place] = Counter()
        self._noting = threading.Lock()

    def bucket(self, account_id: str, region: str, service: str) -> Bucket:
        """Return the bucket, watched."""
        bucket = super().bucket(account_id, region, service)
        place = (account_id, region, service)
        with self._noting:
            if place not in self.seen:
                self.seen[place] = bucket
                bucket._wait = partial(self._waited, place)
        return bucket

    def _waited(self, place: Place, _: float) -> bool:
        with self._noting:
            self.waits[place] += 1
        return False


def _accesses(clients: Clients) -> list[Access]:
    other = assume(clients, Role(f"arn:aws:iam::{OTHER}:role/audit", "an-external-id"))
    assert other.refused is None
    return [Access(AccountRef(HOME)), other]


def _run(clients: Clients, limiter: Limiter) -> tuple[list[Collection], float]:
    catalogue = first_controls()
    todo = plan(catalogue)
    collections = [collect(clients, limiter, access, todo, REGIONS, NOW) for access in _accesses(clients)]
    judged = [run for one in collections for run in judge_all(catalogue, one, NOW)]
    seen = [Seen(one.finding) for run in judged for one in run.findings]
    faces = [ControlFace.of(control) for control in catalogue]
    return collections, scorecard(results_of(faces, seen, dict.fromkeys(catalogue.controls, True)), NOW).coverage


def _slowed(limiter: Watched) -> set[Place]:
    return {
        place
        for place, bucket in limiter.seen.items()
        if bucket.throttled or bucket.per_second < bucket.rate.per_second or limiter.waits[place]
    }


def _fill(endpoint: str | None = None) -> None:
    """Put the same into both accounts."""
    for account in (HOME, OTHER):
        session = boto3.Session()
        if account != HOME:
            sts: Any = session.client("sts", endpoint_url=endpoint)
            given = sts.assume_role(RoleArn=f"arn:aws:iam::{account}:role/seed", RoleSessionName="seed")["Credentials"]
            session = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        client = clients_of(session)
        builders.user(client, "with-mfa")
        builders.user(client, "without-mfa", mfa=False)
        builders.bucket(client, f"closed-{account}", "us-east-1", block=builders.BLOCKED)
        builders.database(client, "sealed", "us-east-1")


def _unthrottled_and_throttled(
    clients: Clients, begin_throttling: Any
) -> tuple[Watched, list[Collection], Watched, list[Collection]]:
    """Run twice; the second time AWS throttles each ListMFADevices of the other account twice."""
    calm = Watched()
    before, coverage = _run(clients, calm)
    assert (coverage, _slowed(calm), sum(one.throttled for one in before)) == (100.0, set(), 0)

    begin_throttling()
    hurried = Watched()
    after, coverage = _run(clients, hurried)
    assert coverage == 100.0
    return calm, before, hurried, after


def _holds(calm: Watched, before: list[Collection], hurried: Watched, after: list[Collection]) -> None:
    assert _slowed(hurried) == {(OTHER, "us-east-1", "iam")}
    assert calm.seen.keys() == hurried.seen.keys()
    users = 2
    assert [one.throttled for one in after] == [0, TIMES * users]
    # Every throttled request is made again, and no other is.
    assert [one.calls for one in after] == [before[0].calls, before[1].calls + TIMES * users]


def test_one_throttled_api_of_one_account_slows_nothing_else(aws: None) -> None:
    _fill()
    clients = Clients(shared_session())
    throttling = threading.Event()
    times: Counter[str] = Counter()
    lock = threading.Lock()

    def throttle(asked: Asked) -> AWSResponse | None:
        # Signed with credentials of the other account: only these come with a session token.
        if throttling.is_set() and asked.operation == "iam.ListMFADevices":
            with lock:
                body = str(asked.request.body)
                if asked.request.headers.get("X-Amz-Security-Token") and times[body] < TIMES:
                    times[body] += 1
                    return error(asked, "Throttling", status=400)
        return None

    answer_with(clients.session, throttle)

    _holds(*_unthrottled_and_throttled(clients, throttling.set))

    counted = clients.tally.throttled()
    assert counted == Counter({("iam", "ListMFADevices"): 2 * TIMES})


@pytest.fixture
def emulated(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThrottlingProxy]:
    """Two accounts on a server of their own, behind a proxy that can throttle."""
    with lent_aws() as aws:
        monkeypatch.setenv("AWS_ENDPOINT_URL", aws.endpoint)
        _fill(aws.endpoint)
        proxy = ThrottlingProxy(aws.endpoint, HOME)
        with proxy.serving() as address:
            monkeypatch.setenv("AWS_ENDPOINT_URL", address)
            yield proxy


def test_the_same_over_http(emulated: ThrottlingProxy) -> None:
    clients = Clients(shared_session())
    passed: list[Counter[tuple[str, str]]] = []

    def begin() -> None:
        passed.append(Counter(emulated.passed))
        emulated.passed.clear()
        emulated.throttle, emulated.times = {(OTHER, "iam:ListMFADevices")}, TIMES
        emulated._seen.clear()

    _holds(*_unthrottled_and_throttled(clients, begin))

    # What reached AWS is the same, request for request, of every account and API; the refused ones came on top.
    assert emulated.passed == passed[0]
    assert emulated.refused == Counter({(OTHER, "iam:ListMFADevices"): 2 * TIMES})
    assert clients.tally.requests().total() == passed[0].total() + emulated.passed.total() + emulated.refused.total()
    assert clients.tally.throttled() == Counter({("iam", "ListMFADevices"): 2 * TIMES})
