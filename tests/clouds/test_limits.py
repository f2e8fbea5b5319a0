"""Token buckets, on a clock that moves only when somebody waits."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from ccm_engine.clouds.aws.limits import DEFAULT, RATES, RESTED, SLOWEST, Bucket, Limiter, Rate, StoppedError


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


def test_throttling_never_speeds_it_up(clock: Clock) -> None:
    bucket = Bucket(Rate(0.1, 1), threading.Event(), clock, clock.wait)

    bucket.throttle()

    assert bucket.per_second == 0.1


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


def test_rates_that_are_set_hold_for_their_service_and_default_for_the_rest() -> None:
    limiter = Limiter(threading.Event(), {"ec2": Rate(1, 2), "default": Rate(3, 4)})

    assert limiter.bucket("123456789012", "us-east-1", "ec2").rate == Rate(1, 2)
    assert limiter.bucket("123456789012", "us-east-1", "kinesis").rate == Rate(3, 4)


def test_how_long_a_bucket_holds_requests_back() -> None:
    rate = Rate(10, 50)

    assert [rate.seconds(requests) for requests in (0, 50, 60, 250)] == [0, 0, 1, 20]


def test_buckets_of_accounts_that_are_done_are_forgotten(clock: Clock) -> None:
    """A thousand accounts in seventeen regions take no more memory than the ones under way."""
    limiter = Limiter(threading.Event(), clock=clock, wait=clock.wait)
    slowed = limiter.bucket("000000000000", "us-east-1", "ec2")
    slowed.throttle()
    in_use = limiter.bucket("111122223333", "us-east-1", "ec2")
    for account in range(3000):
        if account % 100 == 0:
            clock.now += RESTED / 2
            in_use.take()
        for region in range(10):
            limiter.bucket(f"{account}", f"r{region}", "ec2").take()

    # Of 30,000 that were made, those of the last few minutes are there.
    assert len(limiter) < 6000
    # What AWS throttled stays slow, and what is in use stays the one it is.
    assert limiter.bucket("000000000000", "us-east-1", "ec2") is slowed
    assert limiter.bucket("111122223333", "us-east-1", "ec2") is in_use


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
