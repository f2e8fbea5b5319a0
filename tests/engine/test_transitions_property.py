"""Over any sequence of readings, alerts are exactly the transitions between verdicts."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st
from little_world import ACCOUNT_ID, Gate, Memory, Visit, news

from ccm_engine.core.document import Failure
from ccm_engine.engine.overtaken import Overtaken

DENIED = Failure("house:GetGate", "AccessDenied")
READINGS = ("PASS", "FAIL", "ERROR", "NOT_APPLICABLE", "blind", "refused", "regions lost", "gone")


def _visit(minute: int, reading: str) -> Visit:
    visit = Visit(minute)
    match reading:
        case "PASS":
            return visit.gate("north")
        case "FAIL":
            return visit.gate("north", "open")
        case "ERROR":
            return visit.gate("north", DENIED)
        case "NOT_APPLICABLE":
            return visit.gate("north", Material="paint")
        case "blind":
            return visit.refuse(Gate, "us-east-1")
        case "refused":
            return visit.refuse_all()
        case "regions lost":
            return visit.lose_regions()
        case _:
            return visit


@dataclass
class Model:
    """The contract's rules, written as plainly as they can be."""

    verdict: str | None = None
    shown: str | None = None
    evaluated: bool = False
    news: list[tuple[str, str, bool]] = field(default_factory=list)

    def read(self, reading: str) -> list[tuple[str, str, bool]]:
        """Return what one more reading should tell of the gate."""
        if reading in ("blind", "refused", "regions lost"):
            return []
        told: list[tuple[str, str, bool]] = []
        if reading == "gone":
            if self.verdict == "FAIL":
                told.append(("recovery", "north", False))
            self.verdict = self.shown = None
        elif reading == "ERROR":
            if self.shown not in (None, "ERROR"):
                told.append(("error", "north", False))
            self.shown = "ERROR"
        else:
            if reading == "FAIL" and self.verdict != "FAIL":
                told.append(("fail", "north", not self.evaluated))
            if reading != "FAIL" and self.verdict == "FAIL":
                told.append(("recovery", "north", False))
            self.verdict = self.shown = reading
        self.evaluated = True
        return told


@given(st.lists(st.sampled_from(READINGS), max_size=12))
def test_alerts_are_the_transitions_between_verdicts(readings: list[str]) -> None:
    memory, model = Memory(), Model()
    for minute, reading in enumerate(readings):
        told = news(memory.run(_visit(minute, reading)))
        of_the_gate = [one for one in told if one[1] != ACCOUNT_ID]
        assert of_the_gate == model.read(reading), (readings, minute)
        status = memory.status("north")
        assert (status.value if status else None) == model.shown


@given(st.lists(st.sampled_from(["PASS", "FAIL", "ERROR", "NOT_APPLICABLE"]), max_size=12))
def test_errors_in_between_change_no_failure_alert(readings: list[str]) -> None:
    def failures(of: list[str]) -> int:
        memory = Memory()
        return sum(
            1
            for minute, reading in enumerate(of)
            for one in news(memory.run(_visit(minute, reading)))
            if one[0] == "fail"
        )

    judged = [one for one in readings if one != "ERROR"]
    expected = sum(
        1 for before, after in zip([None, *judged], judged, strict=False) if after == "FAIL" and before != "FAIL"
    )
    assert failures(readings) == failures(judged) == expected


@given(st.lists(st.sampled_from(READINGS), min_size=1, max_size=8))
def test_reading_the_same_again_changes_nothing(readings: list[str]) -> None:
    memory = Memory()
    for minute, reading in enumerate(readings):
        memory.run(_visit(minute, reading))
    again = memory.run(_visit(len(readings), readings[-1]))
    assert (again.changes, again.news, again.evaluated) == ([], [], {})


@given(st.lists(st.tuples(st.sampled_from(READINGS[:4]), st.integers(-5, 0)), max_size=10))
def test_what_runs_that_overlap_know_moves_only_forward_in_read_time(readings: list[tuple[str, int]]) -> None:
    meanwhile = Overtaken([{"refused": None, "controls": {}, "regions": [], "started_at": "2026-03-06T12:00:00Z"}])
    memory = Memory()
    newest = None
    for minute, (reading, age) in enumerate(readings):
        visit = Visit(minute)
        state: str | Failure = DENIED if reading == "ERROR" else "open" if reading == "FAIL" else "shut"
        memory.run(visit.gate("north", state, read=age), overtaken=meanwhile)
        (known,) = memory.findings.values()
        assert newest is None or known.finding.observed_at >= newest
        newest = known.finding.observed_at
