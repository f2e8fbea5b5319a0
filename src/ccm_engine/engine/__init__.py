"""Plan, judge, score, diff: pure functions over what was collected."""
