"""What the query strings of the endpoints may hold; anything else is refused by name."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from ccm_engine.api.problems import invalid
from ccm_engine.app.frameworks import UnknownFrameworkError, answering, named
from ccm_engine.app.views import Views
from ccm_engine.core import moment
from ccm_engine.core.unit import within_any
from ccm_engine.core.vocabulary import Severity, Status
from ccm_engine.engine.catalogue import Catalogue, UnknownControlError
from ccm_engine.frameworks import Framework

LONGEST_WAIT = 30
"""Seconds that a request waits for the run it asked for."""
_NAMED = 10
"""How many accounts, or units, an error names."""


def _blank_is_none(value: object) -> object:
    return None if value == "" else value


def _without_blanks(most: int) -> BeforeValidator:
    """Leave out blanks, unless they are among more values than may be given: those are refused as they are."""

    def without(value: object) -> object:
        return [one for one in value if one != ""] if isinstance(value, list) and len(value) <= most else value

    return BeforeValidator(without)


Text = Annotated[Annotated[str, Field(max_length=2000)] | None, BeforeValidator(_blank_is_none)]
Texts = Annotated[list[str], _without_blanks(100), Field(max_length=100)]
Statuses = Annotated[list[Status], _without_blanks(10), Field(max_length=10, description="Verdicts.")]
Severities = Annotated[list[Severity], _without_blanks(10), Field(max_length=10, description="Severities.")]
Cursor = Annotated[Text, Field(description="`next_cursor` of the page before.")]
Accounts = Annotated[Texts, Field(description="Account ids; repeat it for several. All of them without it.")]


Units = Annotated[
    Texts, Field(description="Organizational units by path, such as Root/Prod: accounts in or below one of them.")
]


class _Query(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PageQuery(_Query):
    """A page of a list."""

    limit: int = Field(50, ge=1, le=200, description="How many items at most.")
    cursor: Cursor = None


class ScorecardQuery(_Query):
    """Which scorecard."""

    at: Text = Field(None, description="A moment, such as 2026-03-06T12:00:00Z; now without it.")
    account: Accounts = []
    ou: Units = []


class AccountsQuery(PageQuery):
    """Which accounts."""

    ou: Units = []


class FindingsQuery(PageQuery):
    """Which findings. Each filter may be repeated: one of its values must fit."""

    account: Accounts = []
    ou: Units = []
    control: Texts = Field([], description="Control ids.")
    status: Statuses = []
    severity: Severities = []
    framework: Texts = Field([], description="Framework ids: findings of the controls that help to show one of them.")
    region: Texts = Field([], description="Regions, or `global`.")


class FrameworksQuery(PageQuery):
    """Which frameworks' standing."""

    at: Text = Field(None, description="A moment, such as 2026-03-06T12:00:00Z; now without it.")
    account: Accounts = []
    ou: Units = []


class FrameworkQuery(_Query):
    """Which standing of a framework."""

    at: Text = Field(None, description="A moment, such as 2026-03-06T12:00:00Z; now without it.")
    account: Accounts = []
    ou: Units = []


class HistoryQuery(PageQuery):
    """Which history of a control."""

    account: Accounts = []
    ou: Units = []
    resource: Text = Field(None, description="A resource's id or ARN: how the control judged it, in place of runs.")


class RunQuery(_Query):
    """How to run a control."""

    wait: int = Field(
        LONGEST_WAIT,
        ge=0,
        le=LONGEST_WAIT,
        description="Seconds to wait for the result; after them the run goes on and the answer is 202.",
    )


class RunBody(_Query):
    """A run takes no settings: nothing, or `{}`."""


def moment_in(at: str | None, clock: Callable[[], datetime], views: Views) -> datetime | None:
    """Return the moment that `at` names (None: now). Raises a 422 problem where there is no record of it."""
    if at is None:
        return None
    try:
        asked = moment.read(at)
    except (ValueError, OverflowError) as error:
        told = f"{at!r} names no time zone" if "time zone" in str(error) else f"{at!r} is no moment"
        raise invalid("at", f"{told}; write it as 2026-03-06T12:00:00Z (and a + in a query as %2B)") from error
    if asked > clock():
        raise invalid("at", f"{moment.written(asked)} is in the future; leave it out for the present")
    began = views.began()
    if began is None or asked < began:
        since = f"begins at {moment.written(began)}" if began else "is empty yet"
        raise invalid("at", f"there is no record of {moment.written(asked)}: it {since}; choose a later moment")
    return asked


def accounts_in(
    asked: Iterable[str], views: Views, at: datetime | None = None, units: Iterable[str] = ()
) -> list[str] | None:
    """Return the accounts asked for, each once, None when all are; with `units`, those of them in or below one.

    Raises a 422 problem for an account or a unit that nothing is known of, and where no account is both.
    """
    wanted, within = list(dict.fromkeys(asked)), list(units)
    if not wanted and not within:
        return None
    known = views.account_refs(at)
    for account in wanted:
        if account not in known:
            raise invalid("account", f"nothing is known of account {account[:80]!r}; GET /accounts lists them")
    for unit in within:
        if not any(within_any(one.ou, [unit]) for one in known.values()):
            raise invalid("ou", f"no account is known in unit {unit[:80]!r}; GET /accounts tells the unit of each")
    among = [id_ for id_ in wanted or known if not within or within_any(known[id_].ou, within)]
    if not among:
        told = f"none of {', '.join(wanted[:_NAMED])} is in {', '.join(within[:_NAMED])}; leave one of the two out"
        raise invalid("account", told)
    return among


def controls_in(asked: Iterable[str], catalogue: Catalogue) -> set[str] | None:
    """Return the controls asked for, None when all are. Raises a 422 problem for one that is not enabled."""
    wanted = list(asked)
    if not wanted:
        return None
    try:
        return {control.id for control in catalogue.only(wanted)}
    except UnknownControlError as error:
        raise invalid("control", unknown(error)) from error


def answering_in(
    asked: Iterable[str], frameworks: Mapping[str, Framework], catalogue: Catalogue
) -> frozenset[str] | None:
    """Return the controls that help to show the frameworks asked for, None when all do.

    Raises a 422 problem for a framework that there is not.
    """
    wanted = list(asked)
    if not wanted:
        return None
    try:
        return answering(named(frameworks, wanted), catalogue)
    except UnknownFrameworkError as error:
        raise invalid("framework", unknown_framework(error)) from error


def unknown_framework(error: UnknownFrameworkError) -> str:
    """Return the error's line, which names a command, as one that names an endpoint."""
    return str(error).replace("ccm frameworks list shows them all", "GET /frameworks lists them")


def unknown(error: UnknownControlError) -> str:
    """Return the error's line, which names a command, as one that names an endpoint."""
    return str(error).replace("see ccm controls list", "GET /controls lists them")


def fits(wanted: Iterable[Any] | None, value: Any) -> bool:
    """Whether `value` is one of those wanted, or anything is."""
    return not wanted or value in wanted
