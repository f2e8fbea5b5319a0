"""Judging: what could not be read is ERROR and says why, and no control stops another."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from little_world import (
    ACCOUNT_ID,
    CLOCK,
    EU,
    GATES,
    GUESTS,
    HOUSE,
    REFUSED,
    START,
    US,
    Gate,
    Guest,
    House,
    Visit,
    declared,
)

from ccm_engine.core.control import Control, control
from ccm_engine.core.document import Failure
from ccm_engine.core.finding import Finding
from ccm_engine.core.freeform import BaseCheck, CheckResult, CheckStatus
from ccm_engine.core.verdict import Verdict, passed
from ccm_engine.core.vocabulary import GLOBAL, Scope, Severity, Status
from ccm_engine.engine.catalogue import Check
from ccm_engine.engine.collection import CheckOutcome


def _lines(findings: list[Finding]) -> list[tuple[str, str, str]]:
    return [(one.resource_id, one.status.value, one.reason) for one in findings]


def test_findings_say_what_was_judged() -> None:
    visit = Visit(minute=5).gate("north", "open", read=-3)
    (finding,) = visit.findings(GATES)
    assert (finding.status, finding.reason) == (Status.FAIL, "north is open")
    assert (finding.control_id, finding.severity, finding.account_id) == ("gates_shut", Severity.CRITICAL, ACCOUNT_ID)
    assert (finding.region, finding.resource_type) == (US, "Test::House::Gate")
    assert finding.shown == finding.resource_arn == f"arn:aws:house:us-east-1:{ACCOUNT_ID}:gate/north"
    assert finding.observed_at == START.replace(minute=2), "the oldest fact under it"
    assert finding.key == f"gates_shut|us-east-1|Test::House::Gate|north"  # noqa: F541 - as it is written


def test_evidence_is_what_was_read_and_the_settings() -> None:
    (finding,) = Visit().gate("north", "open").findings(GATES)
    assert finding.evidence["facts"] == {
        "material": "iron",
        "id": "north",
        "state": "open",
        "setting allowed": "shut",
    }
    assert [one["call"] for one in finding.evidence["sources"]] == ["house:ListGates", "house:state"]


def test_evidence_of_a_population_and_of_the_clock() -> None:
    (house,) = Visit().gate("north").gate("south").findings(HOUSE)
    assert house.evidence["facts"] == {"gates.count": 2, "guarded": False}
    (gate,) = Visit(minute=90).gate("north").findings(CLOCK)
    assert gate.reason == "too late"
    assert gate.evidence["facts"] == {"now": "2026-03-06T13:30:00Z", "setting from_hour": 13}


def test_settings_in_force_are_what_is_judged_by() -> None:
    (finding,) = Visit().gate("north", "ajar").findings(GATES.with_settings({"allowed": "ajar"}))
    assert finding.status is Status.PASS


def test_surroundings_of_the_account_are_there_for_every_subject() -> None:
    visit = Visit().guest("ann").guest("bob", invited=False, region=EU)
    assert _lines(visit.findings(GUESTS)) == [("ann", "PASS", "invited"), ("bob", "FAIL", "not invited")]


def test_a_refused_account_is_one_error_for_each_control() -> None:
    findings = Visit().gate("north").refuse_all().findings(GATES, GUESTS, HOUSE)
    assert [one.control_id for one in findings] == ["gates_shut", "guests_invited", "house_guarded"]
    for one in findings:
        assert (one.status, one.blind, one.region) == (Status.ERROR, True, GLOBAL)
        assert (one.resource_id, one.resource_type) == (ACCOUNT_ID, "AWS::::Account")
        assert one.reason == "sts:AssumeRole failed: AccessDenied"
        assert one.evidence["error"]["code"] == "AccessDenied"


def test_a_refused_account_completes_nothing() -> None:
    assert [run.complete for run in Visit().refuse_all().judge(GATES, HOUSE)] == [set(), set()]


def test_a_region_that_refuses_is_one_error_there_and_the_others_are_judged() -> None:
    visit = Visit(regions=(US, EU)).gate("north", region=EU).refuse(Gate, US)
    (run,) = visit.judge(GATES)
    assert run.complete == {EU}
    told = {one.finding.region: (one.finding.status, one.finding.blind) for one in run.findings}
    assert told == {US: (Status.ERROR, True), EU: (Status.PASS, False)}


def test_regions_that_are_not_known_are_one_error_and_global_controls_go_on() -> None:
    visit = Visit().guest("ann").lose_regions()
    gates, guests = visit.judge(GATES, GUESTS)
    assert [(one.finding.region, one.finding.blind) for one in gates.findings] == [(GLOBAL, True)]
    assert gates.findings[0].finding.reason == "ec2:DescribeRegions failed: UnauthorizedOperation"
    assert gates.complete == set()
    assert [one.finding.status for one in guests.findings] == [Status.PASS]


def test_a_control_over_all_regions_cannot_judge_when_they_are_not_known() -> None:
    (finding,) = Visit().lose_regions().findings(HOUSE)
    assert (finding.status, finding.blind) == (Status.ERROR, False)
    assert finding.reason == "ec2:DescribeRegions failed: UnauthorizedOperation"


@pytest.mark.parametrize("region", [US, EU])
def test_a_control_over_all_regions_cannot_judge_when_one_refuses(region: str) -> None:
    (finding,) = Visit(regions=(US, EU)).gate("north").gate("south", region=EU).refuse(Gate, region).findings(HOUSE)
    assert (finding.status, finding.reason) == (Status.ERROR, str(REFUSED))


def test_one_unreadable_answer_is_the_error_of_its_resource_only() -> None:
    denied = Failure("house:GetGate", "Throttling", "slow down", US)
    visit = Visit().gate("north").gate("south", denied).gate("west", "open")
    assert _lines(visit.findings(GATES)) == [
        ("north", "PASS", "north is shut"),
        ("south", "ERROR", "house:GetGate failed in us-east-1: Throttling"),
        ("west", "FAIL", "west is open"),
    ]
    assert visit.findings(GATES)[1].evidence == {
        "error": {"call": "house:GetGate", "code": "Throttling", "message": "slow down", "region": US}
    }


def test_a_verdict_rests_on_everything_declared_even_where_the_rest_would_do() -> None:
    painted = Visit().gate("north", Failure("house:GetGate", "AccessDenied"), Material="paint")
    assert [one.status for one in painted.findings(GATES)] == [Status.ERROR]
    invited = Visit().guest("ann")
    house = invited.collection.populations[House][GLOBAL].documents[0]
    house.answers = dict.fromkeys(house.answers, Failure("house:GetGuard", "AccessDenied"))
    assert _lines(invited.findings(GUESTS)) == [("ann", "ERROR", "house:GetGuard failed: AccessDenied")]


def test_surroundings_that_were_not_collected_leave_no_verdict() -> None:
    without_gates = Visit().guest("ann")
    del without_gates.collection.populations[Gate]
    (house,) = without_gates.findings(HOUSE)
    assert (house.status, house.reason) == (Status.ERROR, "house:list_gates failed: NotCollected")
    del without_gates.collection.populations[House]
    (guest,) = without_gates.findings(GUESTS)
    assert (guest.status, guest.reason) == (Status.ERROR, "house:House failed: NotCollected")


def test_a_subject_that_was_not_collected_has_no_finding_and_completes_nothing() -> None:
    visit = Visit()
    del visit.collection.populations[Guest]
    (run,) = visit.judge(GUESTS)
    assert (run.findings, run.complete) == ([], set())


def test_an_empty_listing_is_complete_and_has_no_finding() -> None:
    (run,) = Visit().judge(GATES)
    assert (run.findings, run.complete) == ([], {US})


@control(title="t", severity=Severity.LOW, remedy="r")
def raises(gate: Gate) -> Verdict:
    """Raise."""
    raise KeyError(gate.id)


@control(title="t", severity=Severity.LOW, remedy="r")
def recurses(gate: Gate) -> Verdict:
    """Never end."""
    return recurses(gate)


def _returning(value: Any) -> Control:
    def returns_nonsense(gate: Gate) -> Verdict:
        """Return what is no verdict."""
        found: Verdict = value
        return found

    return declared(control(title="t", severity=Severity.LOW, remedy="r")(returns_nonsense))


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (declared(raises), "raises failed: KeyError: 'north'"),
        (declared(recurses), "recurses failed: RecursionError: "),
        (_returning(None), "returns_nonsense failed: it returned no Verdict of a Status and a text (NoneType)"),
        (_returning(True), "returns_nonsense failed: it returned no Verdict of a Status and a text (bool)"),
        (_returning(Status.PASS), "returns_nonsense failed: it returned no Verdict of a Status and a text (Status)"),
        (_returning(Verdict), "returns_nonsense failed: it returned no Verdict of a Status and a text (type)"),
    ],
)
def test_a_broken_control_is_an_error_and_the_others_go_on(broken: Control, told: str) -> None:
    findings = Visit().gate("north").guest("ann").findings(GATES, broken, GUESTS)
    assert [one.status for one in findings] == [Status.PASS, Status.ERROR, Status.PASS]
    assert findings[1].reason.startswith(told)
    assert findings[1].evidence["error"]["call"] == broken.id


@pytest.mark.parametrize("make", [lambda: Verdict("PASS", "x"), lambda: passed(None)])  # type: ignore[arg-type]  # what is refused
def test_a_verdict_of_the_wrong_members_is_none(make: Callable[[], Verdict]) -> None:
    (finding,) = Visit().gate("north").findings(_returning(make()))
    assert finding.status is Status.ERROR


def test_a_resource_without_a_name_is_an_error() -> None:
    visit = Visit().gate("north").gate("south")
    del visit.collection.populations[Gate][US].documents[0].item["Name"]
    told = [(one.resource_id, one.status) for one in visit.findings(GATES)]
    assert told == [("unknown", Status.ERROR), ("south", Status.PASS)]


def test_the_clock_is_the_runs_one_moment() -> None:
    seen: list[datetime] = []

    @control(title="t", severity=Severity.LOW, remedy="r")
    def looks_at_the_clock(gate: Gate, now: datetime) -> Verdict:
        """Look."""
        seen.append(now)
        return passed(gate.id)

    Visit(minute=7).gate("north").gate("south").findings(declared(looks_at_the_clock))
    assert set(seen) == {START.replace(minute=7)}
    assert len(seen) == 4, "each once plain and once under a witness"


class GateCheck(BaseCheck):
    def __init__(self, scope: str = "REGION") -> None:
        super().__init__("gate_check", "Gates by hand", "Why.", severity="HIGH", scope=scope)

    def run(self) -> CheckResult:
        return self.create_result(CheckStatus.PASS, "fine")


def _checked(scope: str, *outcomes: CheckOutcome) -> Visit:
    visit = Visit(regions=(US, EU))
    visit.collection.checks["gate_check"] = list(outcomes)
    return visit


def test_a_free_form_check_has_a_finding_on_the_account_in_each_place() -> None:
    check = Check(GateCheck(), "digest")
    wide_open = CheckResult("gate_check", Status.FAIL, "north is open", {"open": ["north"]})
    visit = _checked("REGION", CheckOutcome(US, wide_open, START), CheckOutcome(EU, REFUSED, START))
    (run,) = visit.judge(check)
    us, eu = [one.finding.with_evidence(one.testify()) for one in run.findings]
    assert (us.status, us.reason, us.region) == (Status.FAIL, "north is open", US)
    assert us.evidence == {"facts": {"message": "north is open", "open": ["north"]}, "sources": []}
    assert (us.resource_type, us.resource_id, us.severity) == ("AWS::::Account", ACCOUNT_ID, Severity.HIGH)
    assert (eu.status, eu.reason) == (Status.ERROR, str(REFUSED))
    assert eu.evidence["error"]["call"] == "house:ListGates"


def test_a_free_form_check_by_region_is_one_error_when_they_are_not_known() -> None:
    check = Check(GateCheck(), "digest")
    assert check.scope is Scope.REGION
    (finding,) = Visit().lose_regions().findings(check)
    assert (finding.status, finding.blind) == (Status.ERROR, True)


def test_a_refused_account_is_an_error_of_a_free_form_check_too() -> None:
    (finding,) = Visit().refuse_all().findings(Check(GateCheck("ACCOUNT"), "digest"))
    assert (finding.status, finding.blind) == (Status.ERROR, True)
