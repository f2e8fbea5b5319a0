"""Rates as a user sets them."""

import pytest

from ccm_engine.clouds.aws.limits import DEFAULT, RATES, Rate
from ccm_engine.clouds.aws.rates import rates_with


def test_nothing_set_is_the_defaults() -> None:
    assert rates_with({}) == RATES


def test_a_rate_keeps_its_proportion_to_the_burst_unless_told() -> None:
    rates = rates_with({"ec2": "5", "iam": "2.5/7", "kinesis": "1", "default": "4"})

    assert rates["ec2"] == Rate(5, 25)
    assert rates["iam"] == Rate(2.5, 7)
    assert rates["kinesis"] == Rate(1, round(DEFAULT.burst / DEFAULT.per_second))
    assert rates["default"] == Rate(4, 8)
    assert rates["rds"] == RATES["rds"]


def test_a_very_low_rate_still_lets_one_through() -> None:
    assert rates_with({"s3": "0.01"})["s3"] == Rate(0.01, 1)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"ec3": "5"}, "there is no AWS service 'ec3'; did you mean"),
        ({"#": "5"}, "there is no AWS service '#'; name services as boto3 does, or default"),
        ({"ec2": "fast"}, "ec2=fast: write requests a second, such as ec2=5 or ec2=5/20"),
        ({"ec2": "5/x"}, "ec2=5/x: write requests a second"),
        ({"ec2": ""}, "ec2=: write requests a second"),
        ({"ec2": "0"}, "ec2=0: requests a second are more than 0 and at most 1000"),
        ({"ec2": "-1"}, "ec2=-1: requests a second are more than 0"),
        ({"ec2": "nan"}, "ec2=nan: "),
        ({"ec2": "inf"}, "ec2=inf: "),
        ({"ec2": "1001"}, "ec2=1001: requests a second are more than 0 and at most 1000"),
        ({"ec2": "5/0"}, "ec2=5/0: at once may come 1 to 10000"),
    ],
)
def test_what_is_no_rate_is_told_in_one_line(told: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        rates_with(told)
    assert str(error.value).startswith(why)
