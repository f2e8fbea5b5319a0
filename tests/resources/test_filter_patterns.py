"""Filter patterns of CloudWatch Logs: parsed as AWS's manual tells, and refused where it tells nothing."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.resources.aws.filter_pattern import AllOf, AnyOf, Comparison, Condition, holds, pattern_of

EVENT: dict[str, Any] = {
    "eventName": "StopLogging",
    "eventSource": "cloudtrail.amazonaws.com",
    "errorCode": "Client.UnauthorizedOperation",
    "readOnly": False,
    "managementEvent": True,
    "responseElements": None,
    "count": 5,
    "a.b": {"c-d": [{"e": "first"}, {"e": "second"}]},
    "userIdentity": {"type": "Root"},
}


def true(text: str, event: dict[str, Any] | None = None) -> bool:
    """Return whether a pattern, which must be one, holds for the event."""
    condition = pattern_of(text)
    assert condition is not None
    return holds(condition, EVENT if event is None else event)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "{ $.eventName = StopLogging }",
        '{$.eventName="StopLogging"}',
        '{\n  ( $.eventName = "StopLogging" )\n}',
        "{ ((($.eventName = StopLogging))) }",
        "{ $.eventName != StartLogging }",
        "{ $.eventName = * }",
        '{ $.eventName = "Stop*" }',
        "{ $.errorCode = *UnauthorizedOperation }",
        "{ $.errorCode = *Unauthorized* }",
        "{ $.eventName = %Logging$% }",
        "{ $.eventName = %^St[a-z]p% }",
        "{ $.eventSource = cloudtrail.amazonaws.com }",
        "{ $.userIdentity.invokedBy NOT EXISTS }",
        "{ $.userIdentity.type EXISTS }",
        "{ $.responseElements IS NULL }",
        "{ $.readOnly IS FALSE && $.managementEvent IS TRUE }",
        "{ $.count = 5 && $.count >= 5 && $.count < 6 && $.count > 4.5 && $.count <= 5 && $.count != 6 }",
        "{ $.['a.b'].c-d[1].e = second }",
        "{ $['a.b'].c-d[0].e = first }",
        # `&&` binds tighter than `||`, wherever it stands.
        "{ $.eventName = StopLogging || $.eventName = X && $.count = 1 }",
        "{ $.eventName = X && $.count = 1 || $.eventName = StopLogging }",
        "{ ($.eventName = X || $.eventName = StopLogging) && $.userIdentity.type = Root }",
    ],
)
def test_a_pattern_that_holds(text: str) -> None:
    assert true(text)


@pytest.mark.parametrize(
    "text",
    [
        "{ $.eventName = stoplogging }",
        "{ $.eventName = Stop }",
        "{ $.eventName = StopLogging && $.eventSource = ec2.amazonaws.com }",
        "{ $.eventSource = cloudtrailXamazonaws.com }",
        '{ $.eventName != "StopLogging" }',
        '{ $.eventName != "*" }',
        # A missing member, or one of another type, is neither equal nor different: AWS does not say.
        "{ $.missing = x }",
        "{ $.missing != x }",
        "{ $.readOnly = false }",
        "{ $.readOnly != true }",
        "{ $.count > many }",
        "{ $.eventName > 1 }",
        "{ $.missing IS NULL }",
        "{ $.responseElements NOT EXISTS }",
        "{ $.count[0] = 5 }",
        "{ $.['a.b'].c-d[2].e = second }",
        "{ ($.eventName = X || $.eventName = StopLogging) && $.userIdentity.type = IAMUser }",
    ],
)
def test_a_pattern_that_does_not_hold(text: str) -> None:
    assert not true(text)


@pytest.mark.parametrize(
    "text",
    [
        "StopLogging",
        '"StopLogging"',
        "?StopLogging ?DeleteTrail",
        "[ip, user, ...]",
        "{ $.eventName = StopLogging",
        "{ $.eventName = StopLogging } x",
        "{ }",
        "{ $.eventName }",
        "{ $.eventName = }",
        "{ $.eventName LIKE x }",
        "{ $.eventName IS EMPTY }",
        "{ $.eventName NOT x }",
        "{ eventName = x }",
        "{ $.eventName = a && }",
        "{ ($.eventName = a }",
        "{ $.eventName = a $.count = 1 }",
        "{ ! ($.eventName = a) }",
        "{ $.a[*].b = x }",
        "{ $.eventName = %(a+)+% }",
        "{ $.eventName = %[% }",
        "{ $.eventName = %a{99999999999999}% }",
        # Such a one could keep us busy for years.
        "{ $.eventName = %" + ".*" * 20 + "Q% }",
        "{ $.eventName = %" + "x?" * 40 + "x{40}% }",
        '{ $.eventName = "a\\"b" }',
        "{ " + "(" * 500 + "$.a = b" + ")" * 500 + " }",
    ],
)
def test_what_is_not_understood_is_no_pattern(text: str) -> None:
    assert pattern_of(text) is None


def test_many_wildcards_are_tried_to_the_end() -> None:
    # By a regular expression this would not come to an end.
    event = {"a": "ab" * 50}
    assert true("{ $.a = " + "*a" * 40 + "* }", event)
    assert not true("{ $.a = " + "*a" * 40 + "*c }", event)
    assert not true("{ $.a = " + "*" * 100 + "c }", event)


@given(st.text("ab*", max_size=8), st.text("ab", max_size=8))
def test_a_wildcard_is_any_text(pattern: str, text: str) -> None:
    regex = "".join(".*" if character == "*" else character for character in pattern)
    assert true(f'{{ $.a = "{pattern}" }}', {"a": text}) is bool(re.fullmatch(regex, text))


NAMES = ["a", "b", "c"]
leaves = st.builds(
    lambda name, operator, value: f"$.{name} {operator} {value}",
    st.sampled_from(NAMES),
    st.sampled_from(["=", "!="]),
    st.sampled_from(["x", "y", '"x"', "x*", "1"]),
) | st.builds(lambda name, word: f"$.{name} {word}", st.sampled_from(NAMES), st.sampled_from(["EXISTS", "NOT EXISTS"]))
# A tree of conditions, written down: a leaf, or a joint with what it joins.
Tree = Any
trees: st.SearchStrategy[Tree] = st.recursive(
    leaves,
    lambda inner: st.tuples(st.sampled_from(["&&", "||"]), st.lists(inner, min_size=1, max_size=3)),
    max_leaves=8,
)
events = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["x", "xy", "y", "", 1, 2, True, None]))


def written(tree: Tree, space: str) -> str:
    """Return a tree as text, with brackets around every joint."""
    if isinstance(tree, str):
        return tree
    joint, parts = tree
    return f"({space}" + f"{space}{joint}{space}".join(written(part, space) for part in parts) + f"{space})"


def truth(tree: Tree, event: dict[str, Any]) -> bool:
    """Return what a tree means, without its text as a whole being parsed."""
    if isinstance(tree, str):
        return true(f"{{ {tree} }}", event)
    joint, parts = tree
    return (all if joint == "&&" else any)(truth(part, event) for part in parts)


@given(trees, events, st.sampled_from(["", " ", "\n\t"]))
def test_a_pattern_means_what_its_parts_mean(tree: Tree, event: dict[str, Any], space: str) -> None:
    assert true(f"{{ {written(tree, space)} }}", event) is truth(tree, event)


@given(st.lists(st.lists(leaves, min_size=1, max_size=3), min_size=1, max_size=3), events)
def test_without_brackets_and_binds_tighter_than_or(groups: list[list[str]], event: dict[str, Any]) -> None:
    text = " || ".join(" && ".join(group) for group in groups)
    assert true(f"{{ {text} }}", event) is truth(("||", [("&&", group) for group in groups]), event)


@given(trees, trees, events)
def test_or_only_widens_and_and_only_narrows(one: Tree, other: Tree, event: dict[str, Any]) -> None:
    told = truth(one, event)
    assert truth(("||", [one, other]), event) >= told >= truth(("&&", [one, other]), event)


@given(leaves.filter(lambda leaf: " = " in leaf), events)
def test_equal_and_different_never_hold_at_once(leaf: str, event: dict[str, Any]) -> None:
    assert not (truth(leaf, event) and truth(leaf.replace(" = ", " != "), event))


@given(st.text(st.sampled_from('{}()$.=!<>&|"%*[] \n abNOTEXISTS0'), max_size=40), events)
def test_any_text_is_a_pattern_or_none(text: str, event: dict[str, Any]) -> None:
    condition: Condition | None = pattern_of(text)
    assert condition is None or isinstance(condition, AllOf | AnyOf | Comparison)
    if condition:
        assert holds(condition, event) in (True, False)
