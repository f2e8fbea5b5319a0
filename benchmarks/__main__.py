"""Run every benchmark."""

from benchmarks import against_bare_calls, costing, judging, time_travel, verifying, writing

for one in (against_bare_calls, judging, writing, verifying, time_travel, costing):
    one.main()
    print()
