"""The plan asks each call once; the catalogue knows controls by name."""

import pytest
from little_world import CLOCK, GATES, GUESTS, HOUSE, Gate, Guest, House

from ccm_engine.core.freeform import BaseCheck, CheckResult, CheckStatus
from ccm_engine.core.vocabulary import Category, Maturity, Scope, Severity
from ccm_engine.engine.catalogue import Catalogue, Check, UnknownControlError
from ccm_engine.engine.plan import is_regional, plan


class HandCheck(BaseCheck):
    def __init__(self, scope: str) -> None:
        super().__init__("by_hand", "By hand", "Why.", scope=scope, remedy="Mend it.", maps_to=("soc2:CC6.1",))

    def run(self) -> CheckResult:
        return self.create_result(CheckStatus.PASS, "fine")


CATALOGUE = Catalogue({one.id: one for one in (GATES, GUESTS, HOUSE)}, ("a problem",))


def test_a_plan_joins_what_controls_need() -> None:
    assert {kind: [ask.name for ask in asks] for kind, asks in plan([GUESTS]).reads.items()} == {
        Guest: [],
        House: ["guarded"],
    }
    joined = plan([GATES, GUESTS, HOUSE, GATES, CLOCK])
    assert {kind: [ask.name for ask in asks] for kind, asks in joined.reads.items()} == {
        Gate: ["state"],
        Guest: [],
        House: ["guarded"],
    }


def test_a_kind_that_is_only_counted_is_listed_and_not_asked() -> None:
    assert plan([HOUSE]).reads[Gate] == ()


def test_a_plan_is_regional_when_anything_in_it_is() -> None:
    assert plan([GUESTS]).regional() is False
    assert plan([GUESTS, HOUSE]).regional() is True, "it judges the account by the gates of all regions"
    assert plan([Check(HandCheck("ACCOUNT"), "x")]).regional() is False
    assert plan([Check(HandCheck("REGION"), "x")]).regional() is True
    assert [one.id for one in plan([Check(HandCheck("REGION"), "x"), GATES]).checks] == ["by_hand"]


def test_a_control_is_regional_by_its_subject() -> None:
    assert [is_regional(one) for one in (GATES, GUESTS, HOUSE, CLOCK)] == [True, False, False, True]
    assert is_regional(Check(HandCheck("REGION"), "x"))


def test_a_check_has_the_face_of_a_control() -> None:
    check = Check(HandCheck("ACCOUNT"), "sha")
    assert (check.id, check.title, check.why, check.remedy) == ("by_hand", "By hand", "Why.", "Mend it.")
    assert (check.severity, check.category, check.maturity) == (Severity.MEDIUM, Category.OTHER, Maturity.STABLE)
    assert (check.scope, check.settings, check.security_hub) == (Scope.ACCOUNT, {}, ())
    assert check.maps_to == ("soc2:CC6.1",)
    assert check.digest != Check(HandCheck("ACCOUNT"), "other").digest


def test_a_catalogue_can_be_narrowed_and_keeps_its_order_and_problems() -> None:
    few = CATALOGUE.only(["house_guarded", "gates_shut"])
    assert ([one.id for one in few], len(few), few.problems) == (["gates_shut", "house_guarded"], 2, ("a problem",))


@pytest.mark.parametrize(
    ("id_", "told"),
    [
        ("gate_shut", r"there is no control 'gate_shut'; did you mean gates_shut\?"),
        ("zzz", "there is no control 'zzz'; see ccm controls list"),
    ],
)
def test_an_unknown_control_is_named_with_what_is_near(id_: str, told: str) -> None:
    with pytest.raises(UnknownControlError, match=told):
        CATALOGUE.only(["gates_shut", id_])
