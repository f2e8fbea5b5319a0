"""Which requirements a control helps to show."""

import re

import pytest

from ccm_engine.core.requirement import Requirement
from ccm_engine.frameworks import Framework, RequirementEntry, requirements_of

INSURER = Framework(
    "insurer",
    "Our insurer",
    "2026",
    {
        "1.9": RequirementEntry("Buckets stay private", ("s3_no_public_buckets",)),
        "1.10": RequirementEntry("Nobody reaches servers", ("ec2_no_open_ssh", "s3_no_public_buckets")),
        "2": RequirementEntry("Staff are trained"),
    },
)
HOUSE = Framework("house", "House rules", "7", {"A": RequirementEntry("Ports stay shut", ("ec2_no_open_ssh",))})
BOTH = {"insurer": INSURER, "house": HOUSE}


def shown(requirements: tuple[Requirement, ...]) -> list[str]:
    return [f"{requirement.framework}:{requirement.id}" for requirement in requirements]


def test_the_frameworks_own_mapping_comes_in_reading_order() -> None:
    assert shown(requirements_of("s3_no_public_buckets", frameworks=BOTH)) == ["insurer:1.9", "insurer:1.10"]
    assert shown(requirements_of("ec2_no_open_ssh", frameworks=BOTH)) == ["house:A", "insurer:1.10"]


def test_a_requirement_carries_what_is_shown_of_it() -> None:
    assert requirements_of("my_control", ["insurer:2"], BOTH) == (
        Requirement(framework="insurer", version="2026", id="2", text="Staff are trained"),
    )


def test_what_the_control_says_joins_what_the_framework_says_and_counts_once() -> None:
    joined = requirements_of("ec2_no_open_ssh", ("insurer:2", "insurer:1.10", "insurer:2"), BOTH)

    assert shown(joined) == ["house:A", "insurer:1.10", "insurer:2"]


def test_the_order_hangs_on_neither_argument() -> None:
    one = requirements_of("ec2_no_open_ssh", ("insurer:2", "insurer:1.9"), BOTH)
    other = requirements_of("ec2_no_open_ssh", ("insurer:1.9", "insurer:2"), dict(reversed(BOTH.items())))

    assert one == other


def test_a_control_that_nobody_maps_has_no_requirements() -> None:
    assert requirements_of("my_control", frameworks=BOTH) == ()


def test_a_control_of_ones_own_may_name_a_shipped_requirement() -> None:
    (only,) = requirements_of("iam_password_policy", ("soc2:CC6.1",))

    assert (only.framework, only.version, only.id) == ("soc2", "TSC 2017", "CC6.1")


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("CC6.1", "my_control: maps_to 'CC6.1' is not FRAMEWORK:REQUIREMENT, such as 'soc2:CC6.1'"),
        ("insurers:2", "my_control: maps_to 'insurers:2' names no known framework (known: house, insurer)"),
        (
            "insurer:1.11",
            "my_control: maps_to 'insurer:1.11': Our insurer (2026) has no requirement '1.11' here; "
            "it has, among others: 1.10, 1.9",
        ),
        (
            "house:",
            "my_control: maps_to 'house:': House rules (7) has no requirement '' here; it has, among others: A",
        ),
    ],
)
def test_an_unknown_name_is_refused_in_one_line(reference: str, told: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        requirements_of("my_control", (reference,), BOTH)
