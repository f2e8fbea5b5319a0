"""Whom a run judges: the accounts as they are now, or those that were there last when nobody tells."""

from collections.abc import Callable

import structlog

from ccm_engine.app.roster import Roster, unlisted
from ccm_engine.app.views import Views
from ccm_engine.clouds.aws.organizations import UnlistedError

_log = structlog.get_logger("ccm.monitor")


def roll_call(find: Callable[[], Roster], views: Views, *, whole: bool) -> Roster:
    """Return whom to judge. Where the organization tells nobody, a whole run still answers for those it had."""
    known = {row.sort: row.body for row in views.store.rows("account")}
    try:
        found = find().named(known)
    except UnlistedError as error:
        last = views.scope() if whole else None
        if (standing := unlisted(error, last, known)) is None:
            raise
        found = standing
    if found.problem:  # no warning: a command shows those, and says this itself
        _log.info("no account is judged", error=found.problem)
    for one in found.skipped:
        _log.info("account skipped", account=one.account.id, name=one.account.name, state=one.state)
    return found
