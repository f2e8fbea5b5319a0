"""Rates as a user sets them: `ec2=5`, or `ec2=5/20` with how many may come at once."""

from collections.abc import Mapping

from ccm_engine.clouds.aws.limits import ANY_OTHER, DEFAULT, RATES, Rate
from ccm_engine.clouds.aws.models import LOADER

MOST = 1000.0
"""No service grants one account more; a larger number is a slip of the finger."""


def rates_with(changed: Mapping[str, str]) -> dict[str, Rate]:
    """Return the rates in force when these are changed, by service (`default`: all that have none of their own).

    A rate without a burst keeps the proportion between them. Raises ValueError, in one line.
    """
    rates = dict(RATES)
    for service, told in changed.items():
        _refuse_unknown(service)
        rates[service] = _read(service, told, RATES.get(service, DEFAULT))
    return rates


def _read(service: str, told: str, usual: Rate) -> Rate:
    rate, slash, burst = told.partition("/")
    try:
        per_second = float(rate)
        at_once = int(burst) if slash else max(1, round(usual.burst * per_second / usual.per_second))
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{service}={told}: write requests a second, such as {service}=5 or {service}=5/20") from error
    if not 0 < per_second <= MOST:
        raise ValueError(f"{service}={told}: requests a second are more than 0 and at most {MOST:g}")
    if not 1 <= at_once <= 10 * MOST:
        raise ValueError(f"{service}={told}: at once may come 1 to {10 * MOST:g}")
    return Rate(per_second, at_once)


def _refuse_unknown(service: str) -> None:
    known = {ANY_OTHER, *LOADER.list_available_services("service-2")}
    if service not in known:
        from difflib import get_close_matches

        near = get_close_matches(service, sorted(known), n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"name services as boto3 does, or {ANY_OTHER}"
        raise ValueError(f"there is no AWS service {service!r}; {hint}")
