"""Token buckets, on a clock that moves only when somebody waits."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ccm_engine.clouds.aws.limits import DEFAULT, RATES, SLOWEST, Bucket, Limiter, Rate, StoppedError


class Clock:
    """Time that passes by waiting."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        """Let time pass, as an event that nobody sets does."""
        self.waits.append(seconds)
        self.now += seconds
        return False


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bucket(clock: Clock) -> Bucket:
    """Ten a second, five at once."""
    return Bucket(Rate(10, 5), threading.Event(), clock, clock.wait)


def test_a_burst_goes_through_at_once(bucket: Bucket, clock: Clock) -> None:
    for _ in range(5):
        bucket.take()

    assert clock.waits == []


def test_beyond_the_burst_the_rate_holds(bucket: Bucket, clock: Clock) -> None:
    for _ in range(25):
        bucket.take()

    assert clock.now - 1000.0 == pytest.approx(20 / 10)


def test_rest_fills_it_up_to_the_burst_and_no_further(bucket: Bucket, clock: Clock) -> None:
    for _ in range(5):
        bucket.take()
    clock.now += 3600

    for _ in range(5):
        bucket.take()
    assert clock.waits == []
    bucket.take()
    assert clock.waits == [pytest.approx(0.1)]


def test_those_who_wait_queue_up() -> None:
    """Who comes while others wait gets a later place: together they keep the rate."""
    waits: list[float] = []

    def wait(seconds: float) -> bool:
        waits.append(seconds)
        return False

    bucket = Bucket(Rate(10, 1), threading.Event(), lambda: 0.0, wait)

    for _ in range(4):
        bucket.take()

    assert waits == [pytest.approx(0.1), pytest.approx(0.2), pytest.approx(0.3)]


def test_throttling_halves_the_rate_and_drops_what_was_saved(bucket: Bucket, clock: Clock) -> None:
    bucket.throttle()

    bucket.take()

    assert clock.waits == [pytest.approx(1 / 5)]
    assert bucket.throttled == 1


def test_throttling_never_stops_it(bucket: Bucket) -> None:
    for _ in range(50):
        bucket.throttle()

    assert bucket.per_second == SLOWEST


def test_answers_bring_the_rate_back_and_not_beyond(bucket: Bucket) -> None:
    bucket.throttle()

    bucket.succeed()
    assert 5 < bucket.per_second < 10
    for _ in range(100):
        bucket.succeed()

    assert bucket.per_second == 10


def test_one_bucket_for_each_account_region_and_service() -> None:
    limiter = Limiter(threading.Event())
    places = [
        (account, region, service)
        for account in ("111122223333", "444455556666")
        for region in ("us-east-1", "eu-west-1")
        for service in ("iam", "ec2")
    ]

    buckets = {place: limiter.bucket(*place) for place in places}
    buckets[places[0]].throttle()

    assert len({id(bucket) for bucket in buckets.values()}) == 8
    assert all(limiter.bucket(*place) is bucket for place, bucket in buckets.items())
    slowed = [place for place, bucket in buckets.items() if bucket.per_second < bucket.rate.per_second]
    assert slowed == [places[0]]


def test_services_have_rates_of_their_own() -> None:
    limiter = Limiter(threading.Event())

    assert limiter.bucket("123456789012", "us-east-1", "cloudtrail").rate == RATES["cloudtrail"]
    assert limiter.bucket("123456789012", "us-east-1", "kinesis").rate == DEFAULT


def test_all_threads_get_the_same_bucket() -> None:
    limiter = Limiter(threading.Event())
    together = threading.Barrier(8)

    def ask(_: int) -> Bucket:
        together.wait()
        return limiter.bucket("123456789012", "us-east-1", "iam")

    with ThreadPoolExecutor(8) as pool:
        assert len({id(bucket) for bucket in pool.map(ask, range(8))}) == 1


def test_a_stopped_run_takes_no_token(clock: Clock) -> None:
    stop = threading.Event()
    bucket = Bucket(Rate(10, 5), stop, clock, clock.wait)
    stop.set()

    with pytest.raises(StoppedError):
        bucket.take()


def test_stopping_ends_the_waiting() -> None:
    """The wait is minutes long; the test ends because stopping ends it."""
    stop = threading.Event()
    waiting = threading.Event()

    def wait(seconds: float) -> bool:
        waiting.set()
        return stop.wait(seconds)

    bucket = Bucket(Rate(1 / 600, 1), stop, wait=wait)
    bucket.take()
    with ThreadPoolExecutor(1) as pool:
        taking = pool.submit(bucket.take)
        waiting.wait()
        stop.set()

        with pytest.raises(StoppedError):
            taking.result()
