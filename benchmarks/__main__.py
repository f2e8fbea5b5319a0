"""Run every benchmark."""

from benchmarks import against_bare_calls, judging

against_bare_calls.main()
print()
judging.main()
