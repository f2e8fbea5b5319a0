"""Coverage where listings fail: the last known population stands for what they hid."""

import pytest
from little_world import ACCOUNT_ID, EU, GATES, GUESTS, HOUSE, US, Gate, Guest, Memory, Visit

from ccm_engine.core.vocabulary import Status
from ccm_engine.engine.catalogue import AnyControl
from ccm_engine.engine.diff import seen_now
from ccm_engine.engine.score import ControlFace, Scorecard, Seen, results_of, scorecard


def _seen(memory: Memory) -> dict[str, int]:
    return {finding.resource_id: count for finding, count in seen_now(memory.findings.values())}


def _card(memory: Memory, *controls: AnyControl) -> Scorecard:
    seen = [Seen(finding, count) for finding, count in seen_now(memory.findings.values())]
    evaluated = {id_: True for id_, _ in memory.evaluated}
    return scorecard(results_of([ControlFace.of(one) for one in controls], seen, evaluated), None)


def _populated() -> Memory:
    memory = Memory()
    visit = Visit(regions=(US, EU)).gate("a").gate("b", "open").gate("c").gate("d", region=EU)
    memory.run(visit.guest("ann").guest("bob", region=EU), GATES, GUESTS)
    return memory


def test_what_is_seen_counts_as_itself() -> None:
    assert _seen(_populated()) == {"a": 1, "b": 1, "c": 1, "d": 1, "ann": 1, "bob": 1}


def test_the_known_population_stands_for_a_failed_listing() -> None:
    memory = _populated()
    visit = Visit(1, regions=(US, EU)).gate("d", region=EU).guest("ann").guest("bob", region=EU)
    memory.run(visit.refuse(Gate, US), GATES, GUESTS)
    assert _seen(memory) == {"d": 1, "ann": 1, "bob": 1, ACCOUNT_ID: 3}
    card = _card(memory, GATES, GUESTS)
    assert card.coverage == 50.0
    gates = next(one for one in card.controls if one.face.id == "gates_shut")
    assert (gates.status, gates.judged, gates.expected) == (Status.ERROR, 1, 4)
    assert gates.affected_resources == (), "a failure that was not seen now is not claimed"


def test_a_listing_that_fails_in_two_regions_stands_for_each() -> None:
    memory = _populated()
    memory.run(Visit(1, regions=(US, EU)).refuse(Gate, US).refuse(Gate, EU), GATES)
    assert sorted(count for _, count in seen_now(memory.findings.values())) == [1, 3]


def test_an_unknown_population_counts_at_least_one() -> None:
    memory = Memory()
    memory.run(Visit().refuse(Gate, US), GATES)
    assert _seen(memory) == {ACCOUNT_ID: 1}
    assert _card(memory, GATES).coverage == 0.0


def test_a_failed_global_listing_stands_for_the_resources_of_all_regions() -> None:
    memory = _populated()
    memory.run(Visit(1, regions=(US, EU)).refuse(Guest), GUESTS, whole=False)
    assert _seen(memory) == {"a": 1, "b": 1, "c": 1, "d": 1, ACCOUNT_ID: 2}


@pytest.mark.parametrize("how", ["refused", "regions lost"])
def test_a_blind_account_stands_for_everything_it_held(how: str) -> None:
    memory = _populated()
    visit = Visit(1, regions=(US, EU))
    memory.run(visit.refuse_all() if how == "refused" else visit.lose_regions(), GATES, whole=False)
    counted = [(finding.control_id, count) for finding, count in seen_now(memory.findings.values()) if finding.blind]
    assert counted == [("gates_shut", 4)]
    memory.run(Visit(2, regions=(US, EU)).gate("a").gate("b").gate("c").gate("d", region=EU), GATES, whole=False)
    assert _card(memory, GATES, GUESTS).coverage == 100.0


def test_an_unreadable_resource_is_one_missing_pair() -> None:
    memory = Memory()
    visit = Visit().gate("a").gate("b").gate("c").gate("d")
    document = visit.collection.populations[Gate][US].documents[0]
    document.answers = {}
    memory.run(visit, GATES)
    assert (_card(memory, GATES).coverage, _card(memory, GATES).score) == (75.0, 0.0)


def test_a_control_never_evaluated_is_an_error_and_missing_from_coverage() -> None:
    memory = Memory()
    memory.run(Visit().gate("a"), GATES)
    card = _card(memory, GATES, HOUSE)
    assert {one.face.id: one.status for one in card.controls} == {
        "gates_shut": Status.PASS,
        "house_guarded": Status.ERROR,
    }
    assert card.coverage == 50.0


def test_an_empty_account_has_nothing_missing() -> None:
    memory = Memory()
    memory.run(Visit(), GATES, GUESTS)
    card = _card(memory, GATES, GUESTS)
    assert (card.score, card.grade, card.coverage, [one.judged for one in card.controls]) == (100.0, "A", 100.0, [0, 0])
