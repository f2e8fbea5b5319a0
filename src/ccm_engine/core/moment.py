"""Moments: aware UTC datetimes, and their one written form (RFC 3339, `Z`)."""

from datetime import UTC, datetime


def written(moment: datetime) -> str:
    """Return `moment` as RFC 3339 in UTC, with as many fractional digits as it carries (none or six).

    Raises ValueError for a naive datetime: a time without a zone is not a moment.
    """
    if moment.tzinfo is None:
        raise ValueError(f"naive datetime {moment.isoformat()}: give it a time zone")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read(text: str) -> datetime:
    """Return the moment that `text` (RFC 3339; a date alone means its midnight UTC) names.

    Raises ValueError when it is neither, or names no zone.
    """
    moment = datetime.fromisoformat(text)
    if len(text) == len("2026-01-01"):
        return moment.replace(tzinfo=UTC)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} names no time zone; end it with Z")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is outside the years 1 to 9999 in UTC") from error
