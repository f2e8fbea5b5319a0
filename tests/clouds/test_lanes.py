"""Threads are shared by the limits that what they do is under."""

from collections import Counter
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.clouds.aws.lanes import LEAST, Lane, Lanes
from ccm_engine.clouds.aws.limits import RATES, Rate
from ccm_engine.clouds.aws.sessions import THREADS

IAM, S3, SLOW = ("iam", "us-east-1"), ("s3", "eu-west-1"), ("slow", "us-east-1")
WIDTHS = {IAM: 4, S3: 13, SLOW: LEAST}


def _rate(service: str) -> Rate:
    return RATES.get(service, Rate(0.1, 1))


@given(st.lists(st.tuples(st.sampled_from([IAM, S3, SLOW]), st.booleans()), max_size=120), st.integers(1, 16))
def test_as_much_is_under_way_as_lanes_and_threads_take(steps: list[tuple[Lane, bool]], threads: int) -> None:
    lanes, begun, ended, entered = Lanes(_rate, threads), list[tuple[Lane, int]](), Counter[Lane](), Counter[Lane]()
    for lane, ends in steps:
        if ends and sum(one == lane for one, _ in begun) > ended[lane]:
            ended[lane] += 1
            lanes.leave(lane)
        else:
            lanes.enter(lane, partial(begun.append, (lane, entered[lane])))
            entered[lane] += 1
        under_way = Counter(one for one, _ in begun)
        under_way.subtract(ended)
        widths = {each: min(width, threads) for each, width in WIDTHS.items()}
        assert all(under_way[each] <= width for each, width in widths.items())
        assert under_way.total() <= threads
        waits = [each for each in WIDTHS if entered[each] - ended[each] > under_way[each]]
        assert under_way.total() == threads or all(under_way[each] == widths[each] for each in waits)
    for each in WIDTHS:
        order = [number for lane, number in begun if lane == each]
        assert order == list(range(len(order)))


def test_the_lane_that_takes_longest_goes_first() -> None:
    lanes, begun = Lanes(_rate, threads=1), list[Lane]()
    lanes.enter(SLOW, partial(begun.append, SLOW))
    for _ in range(20):
        lanes.enter(S3, partial(begun.append, S3))
        lanes.enter(IAM, partial(begun.append, IAM))
    lanes.leave(SLOW)
    lanes.leave(IAM)
    assert begun == [SLOW, IAM, IAM]


def test_whoever_waits_for_one_limit_leaves_threads_to_the_others() -> None:
    lanes, begun = Lanes(_rate), list[Lane]()
    for _ in range(500):
        lanes.enter(IAM, partial(begun.append, IAM))
    lanes.enter(S3, partial(begun.append, S3))
    assert begun == [IAM] * 4 + [S3]


def test_no_lane_takes_more_than_there_are_threads() -> None:
    lanes, begun = Lanes(lambda _: Rate(10_000, 1)), list[Lane]()
    for _ in range(100):
        lanes.enter(S3, partial(begun.append, S3))
    assert len(begun) == THREADS
