import json
import re
from dataclasses import replace

import pytest
from alert_examples import FIRST_RUN, OPEN_SSH, any_alert, with_resources
from hypothesis import given, settings
from hypothesis import strategies as st

from ccm_engine.engine.alert import Alert, Transition
from ccm_engine.notify import message


def whole(alert: Alert) -> str:
    return message.text(alert, message.items(alert))


def test_a_failure_names_each_resource_its_account_region_and_reason_and_the_remedy() -> None:
    text = whole(OPEN_SSH)
    for resource in OPEN_SSH.resources:
        assert f"- {resource.shown}\n" in text
        assert resource.region in text
        assert resource.reason in text
    assert "prod (123456789012), us-east-1" in text
    assert "  111122223333, eu-west-1" in text, "an account without a name is its id, once"
    assert OPEN_SSH.remedy in text


@pytest.mark.parametrize(
    ("transition", "number", "headline"),
    [
        (Transition.FAIL, 1, "[CRITICAL] 1 resource now fails: "),
        (Transition.FAIL, 2, "[CRITICAL] 2 resources now fail: "),
        (Transition.RECOVERY, 1, "[CRITICAL] 1 resource recovered: "),
        (Transition.ERROR, 3, "[CRITICAL] 3 resources can no longer be judged: "),
    ],
)
def test_the_headline_tells_what_happened_to_how_many(transition: Transition, number: int, headline: str) -> None:
    alert = replace(with_resources(number), transition=transition)
    assert message.headline(alert) == headline + OPEN_SSH.title


@pytest.mark.parametrize("transition", [Transition.RECOVERY, Transition.ERROR])
def test_only_a_failure_asks_people_to_fix_something(transition: Transition) -> None:
    assert OPEN_SSH.remedy not in whole(replace(OPEN_SSH, transition=transition))


def test_a_summary_says_why_and_lists_the_worst_controls_first() -> None:
    assert message.headline(FIRST_RUN) == "Summary (first evaluation): 1 of 3 controls failing, 3 failing findings"
    text = whole(FIRST_RUN)
    found = [text.index(name) for name in ("iam_mfa_all_users", "rds_encryption_at_rest", "s3_no_public_buckets")]
    assert found == sorted(found)
    assert "3 of 49 judged fail, 1 could not be judged" in text


def test_what_is_left_out_is_counted_and_placed() -> None:
    alert = with_resources(7)
    text = message.text(alert, message.items(alert)[:5])
    assert "\n... and 2 more resources with no room here; see them all with: ccm findings\n" in text
    document = message.document(alert, message.items(alert)[:5])
    assert (len(document["resources"]), document["totals"]["resources"]) == (5, 7)


def test_nothing_is_said_of_more_where_there_is_no_more() -> None:
    assert "more" not in whole(OPEN_SSH)


def test_many_accounts_are_counted_in_text_and_kept_in_the_document() -> None:
    alert = replace(OPEN_SSH, accounts=tuple(f"{number:012}" for number in range(40)))
    assert " and 30 more" in message.accounts(alert)
    assert message.document(alert, ())["accounts"] == list(alert.accounts)


@given(any_alert)
@settings(max_examples=50, deadline=None)
def test_names_forge_no_lines(alert: Alert) -> None:
    items = message.items(alert)
    assert len(items) == len(alert.resources) + len(alert.counts)
    lines = whole(alert).splitlines()
    listed = lines[lines.index(f"{message.heading(alert)}:") + 1 :]
    remedy = listed.index("How to fix it:") if "How to fix it:" in listed else len(listed)
    assert sum(line.startswith("- ") for line in listed[:remedy]) == len(items)
    assert len(listed[:remedy]) - (remedy < len(listed)) == sum(len(item.lines) for item in items)


@given(any_alert)
@settings(max_examples=50, deadline=None)
def test_the_document_is_json_with_names_as_they_are(alert: Alert) -> None:
    document = json.loads(json.dumps(message.document(alert, message.items(alert))))
    assert [each["shown"] for each in document["resources"]] == [each.shown for each in alert.resources]
    assert document["control_id"] == alert.control_id
    assert re.fullmatch(r"[^\n]+", document["headline"])


@given(st.lists(st.integers(0, 50)), st.integers(0, 300))
def test_fitting_fills_the_room_and_no_more(sizes: list[int], room: int) -> None:
    kept = message.fitting(enumerate(sizes), room)
    assert kept == sorted(kept)
    used = sum(sizes[index] for index in kept)
    assert used <= room
    assert all(sizes[index] > room - used for index in range(len(sizes)) if index not in kept)
