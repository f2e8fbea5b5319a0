"""What tags leave in scope is judged as ever; what they leave out has no finding; what nobody can tell is ERROR."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from little_world import ACCOUNT_ID, CLOCK, EU, GATES, GUESTS, HOUSE, START, US, Gate, House
from tagged_world import BADGES_REFUSED, Badge, TaggedVisit, Written, left_out, only, without

from ccm_engine.core.document import Document, Failure, Place, Sealed
from ccm_engine.core.finding import Finding
from ccm_engine.core.tags import TagFilter
from ccm_engine.core.vocabulary import GLOBAL, Status
from ccm_engine.engine.collection import Population
from ccm_engine.engine.judge import Judging
from ccm_engine.engine.judged import Judged
from ccm_engine.engine.plan import plan

PROD = only(env="prod")
ALL = (GATES, GUESTS, HOUSE, CLOCK)


def _told(visit: TaggedVisit) -> list[tuple[str, str]]:
    return [(one.resource_id, one.status.value) for one in visit.findings(GATES)]


def test_only_what_has_the_tags_is_judged() -> None:
    visit = TaggedVisit(PROD).badge("gate/north", env="prod").badge("gate/south", env="test").badge("gate/west")
    visit.gate("north", "open").gate("south", "open").gate("west", "open").gate("east", "open")
    assert _told(visit) == [("north", "FAIL")]
    assert left_out(visit.judge(GATES)) == {f"{US}|Test::House::Gate|{name}" for name in ("south", "west", "east")}


def test_what_has_an_excluded_tag_is_left_out_and_what_has_none_is_not() -> None:
    visit = TaggedVisit(without(ccm="ignore")).badge("gate/north", ccm="ignore").badge("gate/south", ccm="judge")
    visit.gate("north", "open").gate("south", "open").gate("east", "open")
    assert _told(visit) == [("south", "FAIL"), ("east", "FAIL")]


@pytest.mark.parametrize(
    ("include", "exclude", "tags", "taken"),
    [
        ({"env": ("prod", "live")}, {}, {"env": "live"}, True),
        ({"env": ("prod", "live")}, {}, {"env": "Live"}, False),
        ({"env": ("prod",), "team": ()}, {}, {"env": "prod"}, False),
        ({"env": ("prod",), "team": ()}, {}, {"env": "prod", "team": ""}, True),
        ({"env": ("",)}, {}, {"env": ""}, True),
        ({}, {"ccm": ("ignore",), "sandbox": ()}, {"sandbox": "yes"}, False),
        ({}, {"ccm": ("ignore",), "sandbox": ()}, {"ccm": "judge"}, True),
        ({"env": ()}, {"ccm": ("ignore",)}, {"env": "prod", "ccm": "ignore"}, False),
    ],
)
def test_values_are_alternatives_and_every_key_counts(
    include: Any, exclude: Any, tags: dict[str, str], *, taken: bool
) -> None:
    assert TagFilter(include, exclude).takes(Written(tags)) is taken


def test_accounts_and_surroundings_are_never_filtered() -> None:
    visit = TaggedVisit(PROD)
    visit.gate("north", "open").gate("south", "open")
    (finding,) = visit.findings(HOUSE)
    assert (finding.status, finding.reason) == (Status.FAIL, "2 gates and no guard")
    assert visit.judge(HOUSE)[0].narrowed is None


@pytest.mark.parametrize("tags", [PROD, without(ccm="ignore")])
def test_where_tags_cannot_be_read_every_resource_they_would_decide_on_is_an_error(tags: TagFilter) -> None:
    visit = TaggedVisit(tags, regions=(US, EU)).hide_badges(US).badge("gate/west", EU, env="prod")
    visit.gate("north").gate("south", "open").gate("west", region=EU)
    found = visit.findings(GATES)
    assert [(one.resource_id, one.status) for one in found] == [
        ("north", Status.ERROR),
        ("south", Status.ERROR),
        ("west", Status.PASS),
    ]
    assert found[0].evidence == {
        "error": {"call": "house:ListBadges", "code": "AccessDeniedException", "message": "no", "region": US}
    }
    (house,) = visit.findings(HOUSE)
    assert house.status is Status.FAIL


def test_what_no_listing_tells_of_is_in_scope() -> None:
    class OfGuests(Badge):
        tells = frozenset({"Test::House::Guest"})

    visit = TaggedVisit(TagFilter({"env": ("prod",)}, {}, (OfGuests,)))
    visit.gate("north", "open")
    assert _told(visit) == [("north", "FAIL")]


def test_a_region_without_the_listing_leaves_all_in_scope_and_one_that_was_not_asked_is_an_error() -> None:
    visit = TaggedVisit(PROD, regions=(US, EU))
    visit.collection.populations[Badge][US] = Population(offered=False)
    del visit.collection.populations[Badge][EU]
    visit.gate("north", "open").gate("west", "open", region=EU)
    north, west = visit.findings(GATES)
    assert north.status is Status.FAIL
    assert (west.status, west.evidence["error"]["code"]) == (Status.ERROR, "NotCollected")


def test_regions_that_cannot_be_learnt_are_why_nobody_can_tell() -> None:
    visit = TaggedVisit(PROD)
    visit.guest("ann", invited=False)
    visit.collection.populations[Badge] = {}
    visit.collection.regions, visit.collection.regions_failure = None, Failure("ec2:DescribeRegions", "AccessDenied")
    (ann,) = visit.findings(GUESTS)
    assert (ann.status, ann.reason) == (Status.ERROR, "ec2:DescribeRegions failed: AccessDenied")


def test_what_tells_no_region_is_looked_for_in_all_of_them() -> None:
    visit = TaggedVisit(PROD, regions=(US, EU)).badge("guest/ann", EU, env="prod")
    for name in ("ann", "bob"):
        visit.guest(name, region=GLOBAL)
    assert [one.resource_id for one in visit.findings(GUESTS)] == ["ann"]
    visit.hide_badges(US)
    assert [(one.resource_id, one.status) for one in visit.findings(GUESTS)] == [
        ("ann", Status.PASS),
        ("bob", Status.ERROR),
    ]


def test_a_sealed_value_that_decides_is_an_error_and_one_that_does_not_is_none() -> None:
    visit = TaggedVisit(only(token="x"))
    visit.gate("north")
    item = {"Arn": f"arn:aws:house:{US}:{ACCOUNT_ID}:gate/north", "Lines": [{"Key": "token", "Text": Sealed()}]}
    visit.collection.populations[Badge][US].documents.append(Document(Place(ACCOUNT_ID, US), item, None))
    (north,) = visit.findings(GATES)
    assert (north.status, north.evidence["error"]["code"]) == (Status.ERROR, "SecretLeftOut")
    for tags in (without(ccm="ignore"), only(token="")):
        visit.tags = tags
        (north,) = visit.findings(GATES)
        assert north.status is Status.PASS


def test_the_plan_asks_for_tags_only_where_they_decide() -> None:
    assert Badge not in plan(ALL).reads
    assert Badge not in plan([HOUSE], PROD).reads
    needed = plan([GATES, HOUSE], PROD)
    assert needed.reads[Badge] == ()
    assert Badge in needed.held, "pages wait for the tags"


def test_pages_are_filtered_as_what_is_held() -> None:
    visit = TaggedVisit(PROD).badge("gate/north", env="prod")
    visit.gate("north", "open").gate("south", "open")
    gates = visit.collection.populations[Gate][US].documents
    visit.collection.populations[Gate][US] = Population()
    judging = Judging([GATES], START, PROD)

    def settled(judged: Judged) -> Judged:
        return judged

    for document in gates:
        judging.page(visit.collection, Gate, US, [document], settled)
    (run,) = judging.runs(visit.collection)
    assert [one.finding.resource_id for one in run.findings] == ["north"]
    assert left_out([run]) == {f"{US}|Test::House::Gate|south"}


def test_a_listing_that_fails_after_some_pages_leaves_nothing_out() -> None:
    visit = TaggedVisit(PROD)
    visit.gate("south", "open")
    documents = visit.collection.populations[Gate][US].documents
    judging = Judging([GATES], START, PROD)
    judging.page(visit.collection, Gate, US, documents, lambda judged: judged)
    visit.collection.populations[Gate][US] = Population(failure=Failure("house:ListGates", "Throttling"))
    (run,) = judging.runs(visit.collection)
    assert [one.finding.blind for one in run.findings] == [True]
    assert left_out([run]) == set()


names = st.sampled_from(["north", "south", "west", "east"])
lines = st.dictionaries(st.sampled_from(["env", "ccm"]), st.sampled_from(["prod", "test", ""]), max_size=2)
wanted = st.dictionaries(
    st.sampled_from(["env", "ccm"]), st.lists(st.sampled_from(["prod", "test", ""]), max_size=2).map(tuple), max_size=2
)
filters = st.builds(TagFilter, wanted, wanted, st.just((Badge,)))
gates = st.dictionaries(names, st.sampled_from(["open", "shut", Failure("house:GetGate", "AccessDenied")]))


@given(gates, st.dictionaries(names, lines), filters, st.booleans())
def test_a_filter_changes_no_verdict_it_only_leaves_some_out(
    states: dict[str, Any], badges: dict[str, dict[str, str]], tags: TagFilter, hidden: bool
) -> None:
    def found(tags: TagFilter | None) -> dict[str, Finding]:
        visit = TaggedVisit(tags)
        for name, written in badges.items():
            visit.badge(f"gate/{name}", **written)
        for name, state in states.items():
            visit.gate(name, state)
        if hidden:
            visit.hide_badges()
        return {one.key: one for one in visit.findings(*ALL)}

    unfiltered, filtered = found(None), found(tags)
    assert set(filtered) <= set(unfiltered)
    for key, finding in unfiltered.items():
        name = finding.resource_id
        if finding.resource_type == House.type:
            assert filtered[key] == finding
        elif hidden:
            assert filtered[key].status is Status.ERROR
            assert filtered[key].evidence["error"]["code"] == BADGES_REFUSED.code
        elif tags.takes(Written(badges.get(name, {}))):
            assert filtered[key] == finding
        else:
            assert key not in filtered


@given(filters)
def test_filters_that_are_written_take_the_same_when_read(tags: TagFilter) -> None:
    again = TagFilter.from_json(tags.as_json(), (Badge,))
    assert again.as_json() == tags.as_json()
    for told in ({}, {"env": "prod"}, {"env": "test", "ccm": ""}, {"ccm": "prod"}):
        assert again.takes(Written(told)) == tags.takes(Written(told))
