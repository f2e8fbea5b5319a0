"""What a run asks, counted where it arrives: nothing twice, and as much as the plan has."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from benchmarks.scenarios import SMALL, planned
from benchmarks.standin.estates import Size
from benchmarks.standin.running import Running
from standing_in import reaching, runner, task

LITTLE = replace(SMALL.size, users=7, buckets=5, groups=3, databases=2)
# More than one page of what pages: prefix lists come a hundred at most, databases too.
PAGED = replace(LITTLE, users=3, regions=2, databases=205, prefix_lists=101, groups=1001)


@pytest.mark.parametrize("size", [LITTLE, PAGED, replace(LITTLE, users=0, buckets=0, groups=0, databases=0, trails=0)])
def test_a_run_asks_what_its_plan_has_and_nothing_twice(
    size: Size, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Running(size, limits=None) as aws, reaching(aws, monkeypatch):
        result = runner(tmp_path).run(task(1, datetime.now(UTC)))
        counts = aws.counts()
    # Whose credentials these are was not asked here: the account was given.
    assert counts["requests"] == planned(size).total() - 1 == result.told["calls"]
    assert counts["identical"] == 0, counts["twice"]
    assert (counts["throttled"], result.told["throttled"]) == (0, 0)


def test_a_run_that_is_throttled_asks_again_and_leaves_nothing_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = replace(LITTLE, users=25, buckets=0, regions=1)
    with Running(size, limits=0.2) as aws, reaching(aws, monkeypatch):
        result = runner(tmp_path).run(task(1, datetime.now(UTC)))
        counts = aws.counts()
    assert counts["throttled"] == result.told["throttled"] > 0
    assert counts["requests"] - counts["throttled"] == planned(size).total() - 1
    assert counts["identical"] == 0
    assert result.told["coverage"]["judged"] == result.told["coverage"]["expected"]
