"""Run every benchmark."""

from benchmarks import (
    account_growth,
    against_bare_calls,
    costing,
    judging,
    reach,
    scorecard,
    time_travel,
    traced,
    verifying,
    writing,
)

for one in (
    against_bare_calls,
    judging,
    reach,
    traced,
    account_growth,
    writing,
    verifying,
    time_travel,
    scorecard,
    costing,
):
    one.main()
    print()
