"""What no control may ever do: pass because something could not be read, or because more was opened."""

import pytest
from control_examples import EXAMPLES
from hypothesis import given
from hypothesis import strategies as st
from raw_documents import Estate, control
from raw_examples import Example
from raw_network import Rule, network, prefix_list, rule

from ccm_engine.core.document import Document, Failure
from ccm_engine.core.resource import Ask
from ccm_engine.core.vocabulary import Status

REFUSED = Failure("some:Call", "AccessDenied", region="us-east-1")
CIDRS = ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "64.0.0.0/2", "10.0.0.0/8", "::/0", "::/1", "8000::/1"]
LISTS = [prefix_list("pl-a", "0.0.0.0/1"), prefix_list("pl-b", "128.0.0.0/1", "10.0.0.0/8"), prefix_list("pl-c")]

rules: st.SearchStrategy[Rule] = st.builds(
    lambda cidrs, protocol, ports, lists: rule(*cidrs, protocol=protocol, ports=ports, prefix_lists=lists),
    st.lists(st.sampled_from(CIDRS), max_size=3),
    st.sampled_from(["tcp", "6", "-1", "udp", "icmp"]),
    st.none() | st.sampled_from([(22, 22), (0, 65535), (443, 443), (20, 25), (-1, -1)]),
    st.lists(st.sampled_from(["pl-a", "pl-b", "pl-c"]), max_size=2),
)


def _status(*group: Rule) -> Status:
    return network(*group, lists=LISTS).judge_one("ec2_no_open_ssh").status


@given(st.lists(rules, max_size=4), rules)
def test_one_more_rule_never_turns_fail_into_pass(group: list[Rule], more: Rule) -> None:
    if _status(*group) is Status.FAIL:
        assert _status(*group, more) is Status.FAIL


@given(st.lists(rules, max_size=4), st.sampled_from(["0.0.0.0/0", "::/0"]), st.data())
def test_a_rule_for_the_world_always_fails_wherever_it_stands(
    group: list[Rule], everywhere: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(group)))
    assert _status(*group[:place], rule(everywhere), *group[place:]) is Status.FAIL


@given(st.lists(rules, max_size=4))
def test_the_order_of_rules_does_not_matter(group: list[Rule]) -> None:
    assert _status(*group) is _status(*reversed(group))


def _needed(estate: Estate, example: Example) -> list[tuple[Document, Ask]]:
    judged = control(example.control_id)
    return [
        (document, ask)
        for kind, document in estate.collection.documents()
        if kind in judged.resources
        for ask in judged.asks(kind)
    ]


REFUSALS = [(example, i) for example in EXAMPLES for i in range(len(_needed(example.make(), example)))]


@pytest.mark.parametrize(("example", "which"), REFUSALS, ids=lambda one: str(one))
def test_one_refused_call_always_ends_in_error(example: Example, which: int) -> None:
    estate = example.make()
    document, ask = _needed(estate, example)[which]
    document.answers[ask.key] = REFUSED
    finding = estate.judge_one(example.control_id)
    assert (finding.status, finding.reason) == (Status.ERROR, str(REFUSED))
    assert finding.evidence["error"]["code"] == "AccessDenied"


@pytest.mark.parametrize(("example", "which"), REFUSALS, ids=lambda one: str(one))
def test_one_call_that_was_never_made_always_ends_in_error(example: Example, which: int) -> None:
    estate = example.make()
    document, ask = _needed(estate, example)[which]
    del document.answers[ask.key]
    finding = estate.judge_one(example.control_id)
    assert (finding.status, finding.reason.rpartition(" ")[2]) == (Status.ERROR, "NotCollected")


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_one_refused_listing_always_ends_in_error(example: Example) -> None:
    for kind in control(example.control_id).resources:
        estate = example.make()
        estate.judge(example.control_id)  # which completes the listings that gave nothing
        (region,) = estate.collection.of(kind)
        estate.refuse(kind, REFUSED, region)
        assert [one.status for one in estate.judge(example.control_id)] == [Status.ERROR]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_judging_twice_says_the_same(example: Example) -> None:
    estate = example.make()
    assert estate.judge(example.control_id) == estate.judge(example.control_id)
    assert estate.judge(example.control_id) == example.make().judge(example.control_id)
