"""Run every benchmark."""

from benchmarks import (
    account_growth,
    against_bare_calls,
    costing,
    judging,
    reach,
    scorecard,
    time_travel,
    verifying,
    writing,
)

for one in (against_bare_calls, judging, reach, account_growth, writing, verifying, time_travel, scorecard, costing):
    one.main()
    print()
