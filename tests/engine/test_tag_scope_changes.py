"""What falls out of scope by its tags, and what comes back: the cause is said, and nothing is alerted twice."""

from hypothesis import given
from hypothesis import strategies as st
from little_world import GUESTS, START, US, Gate, Memory, news
from tagged_world import TaggedVisit, only

from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.diff import Difference

PROD, LIVE = only(env="prod"), only(env="live")
KEY = f"gates_shut|{US}|Test::House::Gate|north"


def _visit(minute: int, state: str = "open", tag: str = "prod", **filter_: object) -> TaggedVisit:
    visit = TaggedVisit(filter_.get("tags", PROD), minute).badge("gate/north", env=tag)  # type: ignore[arg-type]
    visit.gate("north", state)
    return visit


def _changes(told: Difference) -> list[tuple[str | None, str]]:
    return [(one.after.finding.status.value if one.after else None, one.cause.value) for one in told.changes]


def test_a_resource_that_loses_its_tag_is_out_of_scope_neither_gone_nor_recovered() -> None:
    memory = Memory()
    memory.run(_visit(0))
    told = memory.run(_visit(1, tag="test"))
    assert _changes(told) == [(None, "scope")]
    assert news(told) == []
    assert told.left[KEY] is not None
    again = memory.run(_visit(2, tag="test"))
    assert (_changes(again), again.left) == ([], {})


def test_it_comes_back_without_a_second_alert_and_fails_since_it_first_did() -> None:
    memory = Memory()
    for minute, tag in enumerate(("prod", "test", "prod")):
        told = memory.run(_visit(minute, tag=tag))
    assert _changes(told) == [("FAIL", "scope")]
    assert news(told) == []
    assert told.left == {KEY: None}
    assert memory.left == {}
    assert memory.findings[KEY].finding.failing_since == START


def test_what_failed_while_it_was_out_of_scope_is_news_when_it_is_back() -> None:
    memory = Memory()
    for minute, (tag, state) in enumerate((("prod", "shut"), ("test", "open"), ("prod", "open"))):
        told = memory.run(_visit(minute, state, tag))
    assert news(told) == [("fail", "north", False)]


def test_what_was_repaired_meanwhile_is_a_recovery_when_it_is_back() -> None:
    memory = Memory()
    for minute, (tag, state) in enumerate((("prod", "open"), ("test", "open"), ("prod", "shut"))):
        told = memory.run(_visit(minute, state, tag))
    assert news(told) == [("recovery", "north", False)]


def test_another_resource_under_the_name_of_one_that_is_gone_is_news() -> None:
    memory = Memory()
    memory.run(_visit(0))
    memory.run(_visit(1, tag="test"))
    gone = memory.run(TaggedVisit(PROD, 2))
    assert (gone.left, gone.changes, memory.left) == ({KEY: None}, [], {})
    assert news(memory.run(_visit(3))) == [("fail", "north", False)]


def test_a_listing_that_fails_forgets_nothing() -> None:
    memory = Memory()
    memory.run(_visit(0))
    memory.run(_visit(1, tag="test"))
    memory.run(TaggedVisit(PROD, 2).refuse(Gate, US))
    assert set(memory.left) == {KEY}
    assert news(memory.run(_visit(3))) == []


def test_tags_that_cannot_be_read_in_between_change_nothing_of_that() -> None:
    memory = Memory()
    memory.run(_visit(0))
    memory.run(_visit(1, tag="test"))
    hidden = memory.run(_visit(2).hide_badges())
    assert _changes(hidden) == [("ERROR", "visibility")]
    assert memory.findings[KEY].judged is Status.FAIL
    told = memory.run(_visit(3))
    assert (_changes(told), news(told)) == ([("FAIL", "visibility")], [])
    assert memory.findings[KEY].finding.failing_since == START


def test_another_filter_is_a_change_of_scope_told_in_one_summary() -> None:
    memory = Memory()
    memory.run(_visit(0))
    told = memory.run(_visit(1, tags=LIVE))
    assert (_changes(told), news(told)) == ([(None, "scope")], [])
    assert told.evaluated["gates_shut", US].tags == LIVE.as_json()
    visit = _visit(2, tags=None)
    visit.gate("south", "open")
    told = memory.run(visit)
    assert [(key, change.cause.value) for key, change in ((one.key, one) for one in told.changes)] == [
        (KEY, "scope"),
        (f"gates_shut|{US}|Test::House::Gate|south", "scope"),
    ]
    assert news(told) == [("fail", "south", True)], "north was told before, south belongs to the summary"
    assert told.evaluated["gates_shut", US].tags is None


def test_a_control_that_is_not_enabled_any_more_forgets_what_tags_left_out() -> None:
    memory = Memory()
    memory.run(_visit(0))
    memory.run(_visit(1, tag="test"))
    memory.run(_visit(2, tag="test"), GUESTS, whole=False)
    assert set(memory.left) == {KEY}
    memory.run(_visit(3, tag="test"), GUESTS)
    assert memory.left == {}


steps = st.lists(st.sampled_from(["open", "shut", "absent", "left out", "left out, shut", "hidden"]), max_size=12)


@given(steps)
def test_a_failure_is_told_once_whatever_its_tags_do(steps: list[str]) -> None:
    memory, last = Memory(), None
    memory.run(TaggedVisit(PROD))
    for minute, step in enumerate(steps, 1):
        visit = TaggedVisit(PROD, minute)
        if step != "absent":
            state = "shut" if step.endswith("shut") else "open"
            visit = _visit(minute, state, "test" if step.startswith("left") else "prod")
        if step == "hidden":
            visit.hide_badges()
        told = news(memory.run(visit))
        assert [one for one in told if one[0] == "fail"] == (
            [("fail", "north", False)] if step == "open" and last != "open" else []
        )
        if step == "absent":
            last = None
        elif step in ("open", "shut"):
            last = step
        assert (KEY in memory.findings) is (step in ("open", "shut", "hidden"))
