"""Run every benchmark."""

from benchmarks import against_bare_calls, judging, time_travel

against_bare_calls.main()
print()
judging.main()
print()
time_travel.main()
