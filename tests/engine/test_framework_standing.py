"""Status by requirement: never better than what is known."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccm_engine.core.attestation import Attestation
from ccm_engine.core.vocabulary import Maturity, Severity, Status
from ccm_engine.engine.framework_standing import FrameworkStanding, RequirementStatus, framework_standing
from ccm_engine.engine.score import ControlFace, ControlResult, Scorecard, scorecard
from ccm_engine.frameworks import Framework, RequirementEntry
from ccm_engine.frameworks.format import parse

AT = datetime(2026, 3, 6, 12, tzinfo=UTC)
HOUSE = parse(
    """
id: house
name: House rules
version: "7"
requirements:
  "1": {text: Ports stay shut, controls: [ssh, rdp]}
  "2": {text: Keys are few, controls: [keys]}
  "3": {text: Staff are trained}
""",
    "house.yaml",
)


def card(**statuses: Status) -> Scorecard:
    return scorecard([result(id_, status) for id_, status in statuses.items()], AT)


def result(
    id_: str, status: Status, severity: Severity = Severity.HIGH, maturity: Maturity = Maturity.STABLE
) -> ControlResult:
    return ControlResult(ControlFace(id_, id_, "Network", severity, maturity), status, (), 1, 1)


def stand(
    over: Scorecard, attested: Sequence[str] = (), mapped: Mapping[str, Sequence[str]] | None = None
) -> FrameworkStanding:
    said = {id_: Attestation("house", id_, "Ada", "seen", "root", AT, AT + timedelta(days=9)) for id_ in attested}
    return framework_standing(HOUSE, over, mapped or {}, said, attested)


def statuses(standing: FrameworkStanding) -> dict[str, str]:
    return {one.id: one.status.value for one in standing.requirements}


def test_all_its_controls_must_pass() -> None:
    found = stand(card(ssh=Status.PASS, rdp=Status.PASS, keys=Status.PASS))
    assert statuses(found) == {"1": "satisfied", "2": "satisfied", "3": "needs_person"}


def test_a_control_that_is_not_enabled_leaves_it_unjudged_and_is_named() -> None:
    found = stand(card(ssh=Status.PASS, keys=Status.PASS)).requirements[0]
    assert (found.status, found.reason) == (RequirementStatus.NOT_JUDGED, "not enabled: rdp")
    assert found.controls == {"ssh": Status.PASS, "rdp": None}


def test_an_error_leaves_it_unjudged_and_a_failure_outweighs_it() -> None:
    assert statuses(stand(card(ssh=Status.PASS, rdp=Status.ERROR)))["1"] == "not_judged"
    assert statuses(stand(card(ssh=Status.FAIL, rdp=Status.ERROR)))["1"] == "failing"
    assert statuses(stand(card(ssh=Status.FAIL)))["1"] == "failing"


def test_an_attestation_stands_only_where_no_control_answers() -> None:
    found = statuses(stand(card(ssh=Status.FAIL, rdp=Status.PASS, keys=Status.ERROR), attested=("1", "2", "3")))
    assert found == {"1": "failing", "2": "not_judged", "3": "attested"}


def test_a_control_that_maps_itself_to_a_requirement_counts_with_the_others() -> None:
    mapped = {"2": ("own",), "3": ("training",)}
    assert statuses(stand(card(keys=Status.PASS, own=Status.PASS), mapped=mapped))["2"] == "satisfied"
    assert statuses(stand(card(keys=Status.PASS, own=Status.FAIL), mapped=mapped))["2"] == "failing"
    # Where a person has to say it, a control can show a gap, never the whole.
    assert statuses(stand(card(training=Status.PASS), mapped=mapped))["3"] == "needs_person"
    assert statuses(stand(card(training=Status.FAIL), attested=("3",), mapped=mapped))["3"] == "failing"


def test_a_control_on_trial_is_shown_and_decides_nothing() -> None:
    trial = result("keys", Status.PASS, maturity=Maturity.TRIAL)
    found = stand(scorecard([trial], AT)).requirements[1]
    assert (found.status, found.controls) == (RequirementStatus.NOT_JUDGED, {"keys": Status.PASS})
    failing = result("rdp", Status.FAIL, maturity=Maturity.TRIAL)
    assert statuses(stand(scorecard([failing, result("ssh", Status.PASS)], AT)))["1"] == "satisfied"


def test_the_score_is_that_of_its_own_controls_alone() -> None:
    over = scorecard(
        [
            result("ssh", Status.FAIL, Severity.CRITICAL),
            result("keys", Status.PASS, Severity.LOW),
            result("other", Status.FAIL, Severity.CRITICAL),
        ],
        AT,
    )
    assert stand(over).score == 20.0
    assert stand(card(other=Status.FAIL)).score is None


def test_an_attestation_counts_from_when_it_was_recorded_until_it_expires() -> None:
    said = Attestation("house", "3", "Ada", "seen", "root", AT, AT + timedelta(days=9), "sha256:" + "0" * 64)
    second = timedelta(seconds=1)
    moments = (AT - second, AT, said.expires_at - second, said.expires_at)
    assert [said.counts(at) for at in moments] == [False, True, True, False]
    assert Attestation.from_json(said.as_json()) == said


@pytest.mark.parametrize(("met", "of"), [(1999, 2000), (1, 3), (2, 3), (5, 5), (0, 4)])
def test_a_hundred_percent_is_said_only_where_nothing_is_open(met: int, of: int) -> None:
    long = Framework("long", "Long", "1", {str(n): RequirementEntry("x", (f"c{n}",)) for n in range(of)})
    found = framework_standing(long, card(**{f"c{n}": Status.PASS for n in range(met)}), {}, {}, ())
    assert (found.shares.automated == 100.0) == (met == of)
    assert (found.shares.open > 0) == (met < of)


@given(
    st.dictionaries(st.sampled_from(["ssh", "rdp", "keys"]), st.sampled_from([Status.PASS, Status.FAIL, Status.ERROR])),
    st.lists(st.sampled_from(["1", "2", "3"]), unique=True),
)
def test_shares_add_up_and_more_knowledge_of_failure_never_helps(told: dict[str, Status], attested: list[str]) -> None:
    found = stand(card(**told), attested)
    shares = found.shares
    assert round(sum(shares.as_json().values()), 6) == 100.0
    assert sum(found.summary()["counts"].values()) == 3
    for id_ in told:
        worse = stand(card(**{**told, id_: Status.FAIL}), attested)
        assert worse.shares.met <= shares.met
