"""The numbers of a scorecard, of many controls or of one account: score, grade and coverage."""

import math

GRADES = ((90, "A"), (75, "B"), (60, "C"), (45, "D"))


def score_of(passed: int, weights: int) -> float:
    """Return the weight of what passed over all `weights` (not 0), in percent, one decimal."""
    return round(100 * passed / weights, 1)


def grade(score: float) -> str:
    """Return the grade of a score, as it is shown (one decimal)."""
    return next((letter for least, letter in GRADES if score >= least), "F")


def coverage_of(judged: int, expected: int) -> float:
    """Return how much was judged of what should have been, in percent, one decimal."""
    # Rounded down: 100.0 is said only when nothing is missing. An empty account has nothing missing.
    return math.floor(1000 * judged / expected) / 10 if expected else 100.0
