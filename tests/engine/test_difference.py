"""What a run changes and what of it is news: the contract's section on alerts, as sequences of runs."""

from collections.abc import Callable
from typing import Any

import pytest
from little_world import (
    ACCOUNT_ID,
    CLOCK,
    EU,
    GATES,
    GUESTS,
    HOUSE,
    START,
    US,
    Gate,
    Guest,
    Memory,
    Visit,
    declared,
    news,
)

from ccm_engine.core.control import control
from ccm_engine.core.document import Failure
from ccm_engine.core.verdict import Verdict, failed
from ccm_engine.core.vocabulary import GLOBAL, Severity, Status
from ccm_engine.engine.diff import Cause, Difference
from ccm_engine.engine.overtaken import Overtaken

DENIED = Failure("house:GetGate", "AccessDenied", "", US)

BY_ANOTHER = Overtaken([{"refused": None, "controls": {}, "regions": [], "started_at": "2026-03-06T12:00:00Z"}])
"""A run that was recorded meanwhile; what it changed itself is known by when it was read."""


def _causes(told: Difference) -> list[tuple[str, str | None, str]]:
    """Return the changes as (resource, new status or None when it went, cause)."""
    return [
        (
            (change.after or change.before).finding.resource_id,  # type: ignore[union-attr]  # one of them is there
            change.after.finding.status.value if change.after else None,
            change.cause.value,
        )
        for change in told.changes
    ]


def _remembering(*states: str | Failure, name: str = "north") -> Memory:
    """Return what is known after runs that found one gate in these states."""
    memory = Memory()
    for minute, state in enumerate(states):
        memory.run(Visit(minute).gate(name, state))
    return memory


def test_the_first_evaluation_is_news_for_the_summary_only() -> None:
    told = Memory().run(Visit().gate("north", "open").gate("south"))
    assert news(told) == [("fail", "north", True)]
    assert _causes(told) == [("north", "FAIL", "resource"), ("south", "PASS", "resource")]
    assert set(told.evaluated) == {("gates_shut", US)}


def test_a_first_evaluation_without_failures_is_no_news() -> None:
    assert news(Memory().run(Visit().gate("north").gate("south", DENIED))) == []


def test_the_first_evaluation_of_another_region_is_news_for_the_summary() -> None:
    memory = _remembering("open")
    told = memory.run(Visit(1, regions=(US, EU)).gate("north", "open").gate("east", "open", region=EU))
    assert news(told) == [("fail", "east", True)]
    assert set(told.evaluated) == {("gates_shut", EU)}


def test_the_first_evaluation_of_another_control_is_news_for_the_summary() -> None:
    memory = _remembering("open")
    told = memory.run(Visit(1).gate("north", "open").guest("bob", invited=False), GATES, GUESTS)
    assert news(told) == [("fail", "bob", True)]


def test_a_region_that_was_blind_at_first_is_evaluated_for_the_first_time_later() -> None:
    memory = Memory()
    assert news(memory.run(Visit().refuse(Gate, US))) == []
    assert news(memory.run(Visit(1).gate("north", "open"))) == [("fail", "north", True)]


def test_an_unchanged_run_changes_nothing() -> None:
    memory = Memory()
    make: Callable[[int], Visit] = lambda minute: (  # noqa: E731 - the same visit, later
        Visit(minute).gate("north", "open").gate("south").gate("west", DENIED).guest("ann")
    )
    memory.run(make(0), GATES, GUESTS, HOUSE)
    known = dict(memory.findings)
    told = memory.run(make(15), GATES, GUESTS, HOUSE)
    assert (told.changes, told.news, told.evaluated) == ([], [], {})
    assert memory.findings == known


def test_pass_to_fail_is_one_alert_that_names_the_resource() -> None:
    memory = _remembering("shut", "shut")
    told = memory.run(Visit(2).gate("north", "open"))
    assert news(told) == [("fail", "north", False)]
    assert told.news[0].finding.reason == "north is open"
    assert told.news[0].finding.evidence["facts"]["state"] == "open"


def test_a_resource_that_appears_failing_is_an_alert() -> None:
    told = _remembering("shut").run(Visit(1).gate("north").gate("south", "open"))
    assert news(told) == [("fail", "south", False)]


def test_a_resource_that_appears_passing_or_unreadable_is_none() -> None:
    assert news(_remembering("shut").run(Visit(1).gate("north").gate("south"))) == []
    assert news(_remembering("shut").run(Visit(1).gate("north").gate("south", DENIED))) == []


def test_failing_again_is_no_news_also_for_another_reason() -> None:
    memory = _remembering("shut", "open")
    assert news(memory.run(Visit(2).gate("north", "open"))) == []
    told = memory.run(Visit(3).gate("north", "ajar"))
    assert (news(told), _causes(told)) == ([], [("north", "FAIL", "resource")])


def test_fail_error_fail_is_lost_sight_and_nothing_more() -> None:
    memory = _remembering("shut", "open")
    lost = memory.run(Visit(2).gate("north", DENIED))
    assert (news(lost), _causes(lost)) == ([("error", "north", False)], [("north", "ERROR", "visibility")])
    assert news(memory.run(Visit(3).gate("north", DENIED))) == []
    back = memory.run(Visit(4).gate("north", "open"))
    assert (news(back), _causes(back)) == ([], [("north", "FAIL", "visibility")])


def test_pass_error_fail_is_one_alert() -> None:
    memory = _remembering("shut", DENIED)
    assert memory.status("north") is Status.ERROR
    assert news(memory.run(Visit(2).gate("north", "open"))) == [("fail", "north", False)]


def test_fail_error_pass_is_one_recovery() -> None:
    memory = _remembering("open", DENIED)
    assert news(memory.run(Visit(2).gate("north"))) == [("recovery", "north", False)]


def test_an_error_with_another_reason_is_a_change_and_no_news() -> None:
    memory = _remembering("shut", DENIED)
    told = memory.run(Visit(2).gate("north", Failure("house:GetGate", "Throttling", "", US)))
    assert (news(told), len(told.changes)) == ([], 1)


@pytest.mark.parametrize("after", ["shut", None])
def test_a_failure_that_ends_is_a_recovery(after: str | None) -> None:
    memory = _remembering("shut", "open")
    visit = Visit(2).gate("north", "shut") if after else Visit(2).gate("north", "open", Material="paint")
    assert news(memory.run(visit)) == [("recovery", "north", False)]


def test_a_resource_that_is_gone_is_a_recovery_if_it_failed_last() -> None:
    told = _remembering("shut", "open").run(Visit(2))
    assert (news(told), _causes(told)) == ([("recovery", "north", False)], [("north", None, "resource")])
    told = _remembering("open", DENIED).run(Visit(2))
    assert news(told) == [("recovery", "north", False)]
    told = _remembering("open", "shut").run(Visit(2))
    assert (news(told), _causes(told)) == ([], [("north", None, "resource")])


def test_a_resource_that_comes_back_failing_is_an_alert_again() -> None:
    memory = _remembering("open")
    memory.run(Visit(1))
    assert news(memory.run(Visit(2).gate("north", "open"))) == [("fail", "north", False)]


def test_nothing_is_gone_while_its_listing_fails() -> None:
    memory = _remembering("open")
    told = memory.run(Visit(1).refuse(Gate, US))
    assert (news(told), _causes(told)) == ([("error", ACCOUNT_ID, False)], [(ACCOUNT_ID, "ERROR", "visibility")])
    assert memory.status("north") is Status.FAIL
    assert memory.run(Visit(2).refuse(Gate, US)).changes == []
    told = memory.run(Visit(3).gate("north", "open"))
    assert (news(told), _causes(told)) == ([], [(ACCOUNT_ID, None, "visibility")])


def test_what_went_while_its_listing_failed_is_gone_afterwards() -> None:
    memory = _remembering("open")
    memory.run(Visit(1).refuse(Gate, US))
    assert news(memory.run(Visit(2))) == [("recovery", "north", False)]
    assert memory.findings == {}


def test_nothing_is_gone_when_the_account_refuses_or_regions_are_not_known() -> None:
    for blind in (Visit(1).refuse_all(), Visit(1).lose_regions()):
        memory = _remembering("open")
        assert news(memory.run(blind)) == [("error", ACCOUNT_ID, False)]
        assert memory.status("north") is Status.FAIL
        assert (news(memory.run(Visit(2).gate("north", "open"))), len(memory.findings)) == ([], 1)


def test_a_blind_account_of_a_control_over_the_account_is_the_same_finding() -> None:
    memory = Memory()
    memory.run(Visit().gate("north"), HOUSE)
    assert news(memory.run(Visit(1).refuse_all(), HOUSE)) == [("error", ACCOUNT_ID, False)]
    assert len(memory.findings) == 1
    assert news(memory.run(Visit(2).gate("north"), HOUSE)) == [], "it failed before and fails again"
    assert [one.finding.blind for one in memory.findings.values()] == [False]


def test_a_failed_global_listing_hides_resources_of_every_region() -> None:
    memory = Memory()
    memory.run(Visit(regions=(US, EU)).guest("bob", invited=False, region=EU), GUESTS)
    assert news(memory.run(Visit(1, regions=(US, EU)).refuse(Guest), GUESTS)) == [("error", ACCOUNT_ID, False)]
    assert memory.status("bob") is Status.FAIL
    assert news(memory.run(Visit(2, regions=(US, EU)).guest("ann"), GUESTS)) == [("recovery", "bob", False)]
    assert [one.finding.resource_id for one in memory.findings.values()] == ["ann"]


def test_where_no_control_needs_regions_none_is_out_of_scope() -> None:
    memory = Memory()
    memory.run(Visit(regions=()).guest("bob", invited=False, region=EU), GUESTS)
    memory.run(Visit(1, regions=()).refuse(Guest), GUESTS)
    assert memory.status("bob") is Status.FAIL
    assert news(memory.run(Visit(2, regions=()), GUESTS)) == [("recovery", "bob", False)]


def _two_regions() -> Memory:
    memory = Memory()
    visit = Visit(regions=(US, EU)).gate("north", "open").gate("east", "open", region=EU)
    visit.guest("bob", invited=False).guest("eve", invited=False, region=EU)
    memory.run(visit, GATES, GUESTS)
    return memory


def test_a_scan_that_a_user_narrowed_leaves_the_rest_as_it_was() -> None:
    memory = _two_regions()
    told = memory.run(Visit(1, regions=(EU,)).guest("eve", invited=False, region=EU), GATES, GUESTS, whole=False)
    assert (news(told), _causes(told)) == ([("recovery", "east", False)], [("east", None, "resource")])
    assert {one.finding.resource_id for one in memory.findings.values()} == {"north", "bob", "eve"}
    told = memory.run(Visit(2, regions=(US, EU)).gate("north", "open").gate("east", region=EU), GATES, whole=False)
    assert {one.finding.resource_id for one in memory.findings.values()} == {"north", "east", "bob", "eve"}


def test_a_region_that_left_the_scope_is_closed_without_an_alert() -> None:
    memory = _two_regions()
    told = memory.run(Visit(1, regions=(EU,)).gate("east", "open", region=EU), GATES)
    assert news(told) == []
    assert ("north", None, "scope") in _causes(told)
    assert memory.status("east") is Status.FAIL


def test_a_resource_of_a_region_that_left_the_scope_is_not_gone_though_its_listing_is_complete() -> None:
    memory = _two_regions()
    told = memory.run(Visit(1, regions=(US,)).gate("north", "open").guest("bob", invited=False), GATES, GUESTS)
    assert news(told) == []
    assert _causes(told) == [("east", None, "scope"), ("eve", None, "scope")]


def test_a_control_that_is_not_enabled_any_more_is_closed_without_an_alert() -> None:
    memory = _two_regions()
    told = memory.run(Visit(1, regions=(US, EU)).gate("north", "open").gate("east", "open", region=EU), GATES)
    assert news(told) == []
    assert _causes(told) == [("bob", None, "scope"), ("eve", None, "scope")]


def test_settings_that_changed_are_news_for_the_summary_only() -> None:
    memory = _remembering("shut")
    lax = GATES.with_settings({"allowed": "ajar"})
    told = memory.run(Visit(1).gate("north"), lax)
    assert (news(told), _causes(told)) == ([("fail", "north", True)], [("north", "FAIL", "settings")])
    told = memory.run(Visit(2).gate("north"), GATES)
    assert (news(told), _causes(told)) == ([("recovery", "north", True)], [("north", "PASS", "settings")])
    assert news(memory.run(Visit(3).gate("north", "open"), GATES)) == [("fail", "north", False)]


def test_a_control_that_changed_is_news_for_the_summary_only() -> None:
    def gates_shut(gate: Gate, *, allowed: str = "shut") -> Verdict:
        """The same control, another version."""
        return failed(f"{gate.id} is a gate, and {gate.state} or {allowed} makes no difference")

    other = declared(control(title="Gates are shut", severity=Severity.LOW, remedy="r")(gates_shut))
    memory = _remembering("shut")
    since = memory.evaluated["gates_shut", US].since
    told = memory.run(Visit(1).gate("north"), other)
    assert (news(told), _causes(told)) == ([("fail", "north", True)], [("north", "FAIL", "control")])
    basis = memory.evaluated["gates_shut", US]
    assert (basis.digest, basis.since) == (other.digest, since)


def test_a_control_that_changed_while_its_region_was_blind_is_new_there_afterwards() -> None:
    memory = _remembering("shut")
    lax = GATES.with_settings({"allowed": "ajar"})
    memory.run(Visit(1).refuse(Gate, US), lax)
    assert news(memory.run(Visit(2).gate("north"), lax)) == [("fail", "north", True)]


def test_time_that_passed_is_its_own_cause() -> None:
    memory = Memory()
    memory.run(Visit().gate("north"), CLOCK)
    told = memory.run(Visit(90).gate("north"), CLOCK)
    assert (news(told), _causes(told)) == ([("fail", "north", False)], [("north", "FAIL", "clock")])


def test_a_stale_reading_never_undoes_a_newer_one() -> None:
    memory = _remembering("shut")
    assert news(memory.run(Visit(5).gate("north", "open"))) == [("fail", "north", False)]
    told = memory.run(Visit(6).gate("north", "shut", read=-3), overtaken=BY_ANOTHER)
    assert (told.changes, told.news) == ([], [])
    assert memory.status("north") is Status.FAIL
    told = memory.run(Visit(7).gate("north", DENIED, read=-3), overtaken=BY_ANOTHER)
    assert (told.changes, memory.status("north")) == ([], Status.FAIL)
    assert news(memory.run(Visit(8).gate("north"))) == [("recovery", "north", False)]


def test_what_was_known_when_a_run_began_was_read_before_it_whatever_the_clocks_said() -> None:
    memory = _remembering("shut")
    assert news(memory.run(Visit(500).gate("north", "open"))) == [("fail", "north", False)]
    # The clock was ahead and is set right: the next readings seem to be older.
    assert news(memory.run(Visit(5).gate("north", "shut"))) == [("recovery", "north", False)]
    assert news(memory.run(Visit(6).gate("north", "open"))) == [("fail", "north", False)]
    assert news(memory.run(Visit(4))) == [("recovery", "north", False)]


def test_facts_that_changed_under_the_same_verdict_are_a_change_and_no_news() -> None:
    memory = _remembering("shut")
    told = memory.run(Visit(1).gate("north", Material="oak"))
    assert (news(told), _causes(told)) == ([], [("north", "PASS", "resource")])
    assert told.changes[0].after is not None
    assert told.changes[0].after.finding.evidence["facts"]["material"] == "oak"


def test_what_no_control_reads_is_no_change() -> None:
    memory = _remembering("shut")
    assert memory.run(Visit(1).gate("north", Colour="red")).changes == []


def test_evidence_names_the_document_it_rests_on() -> None:
    memory = _remembering("shut")
    (known,) = memory.findings.values()
    assert known.finding.evidence["document"].startswith("sha256:")
    assert known.rests_on.startswith("sha256:")


def test_a_finding_stands_since_it_was_read_so() -> None:
    memory = _remembering("shut", "open", "open")
    (known,) = memory.findings.values()
    assert (known.since, known.judged) == (START.replace(minute=1), Status.FAIL)


def test_the_last_verdict_outlives_errors() -> None:
    memory = _remembering("open", DENIED, Failure("house:GetGate", "Throttling"))
    (known,) = memory.findings.values()
    assert (known.finding.status, known.judged) == (Status.ERROR, Status.FAIL)
    (unseen,) = _remembering(DENIED).findings.values()
    assert unseen.judged is None


def test_the_causes_are_those_of_the_ledger() -> None:
    assert {one.value for one in Cause} == {"resource", "control", "settings", "clock", "scope", "visibility"}


def test_blind_findings_are_where_the_listing_failed() -> None:
    memory = _two_regions()
    memory.run(Visit(1, regions=(US, EU)).gate("east", region=EU).refuse(Gate, US).refuse(Guest), GATES, GUESTS)
    blind: dict[str, Any] = {
        one.finding.control_id: one.finding.region for one in memory.findings.values() if one.finding.blind
    }
    assert blind == {"gates_shut": US, "guests_invited": GLOBAL}
