"""Watches: a trail that records and feeds a log group, a filter that counts, an alarm, and somebody whom it tells."""

from collections.abc import Iterable

from ccm_engine.core.resource import Every
from ccm_engine.core.verdict import Verdict, failed, not_applicable, passed
from ccm_engine.resources.aws.cloudtrail import READ, WRITE, Trail
from ccm_engine.resources.aws.cloudwatch import Alarm
from ccm_engine.resources.aws.logs import MetricFilter
from ccm_engine.resources.aws.sns_subscriptions import Subscription, heard
from ccm_engine.resources.aws.trail_events import Event, everyday


def watched(
    events: list[Event],
    trails: Every[Trail],
    filters: Every[MetricFilter],
    alarms: Every[Alarm],
    subscriptions: Every[Subscription],
) -> Verdict:
    """Judge whether somebody is told of each of the events, by one filter or by several.

    Where that depends on what another account holds (the log group, the topic) there is no verdict on it here.
    """
    feeding = [trail for trail in trails if trail.multi_region and trail.logging and trail.log_group]
    if not feeding:
        return failed("no logging trail of all regions delivers to a log group")
    here = [trail for trail in feeding if owner_of(trail.log_group) == trail.account_id]
    if not here:
        told = ", ".join(f"{trail.id} delivers to a log group of {owner_of(trail.log_group)}" for trail in feeding)
        return not_applicable(f"{told}: only there can be seen whether it is watched")
    if lost := names_of(event for event in events if not any(records(trail, event) for trail in here)):
        return failed(f"{', '.join(trail.id for trail in here)} does not record {', '.join(lost)}")
    counting = [one for one in filters if any(one.reads(trail.log_group or "") for trail in here) and is_choosy(one)]
    topics = [(one, topics_of(one, alarms)) for one in counting]
    ringing = [one for one, told in topics if heard(told, subscriptions)]
    missing = uncounted(events, ringing, here)
    if not missing:
        names = sorted({one.id for one in ringing if any(one.counts(event) for event in events)})
        return passed(f"an alarm tells of every such event: {', '.join(names)}")
    afar = [one for one, told in topics if any(owner_of(topic) != one.account_id for topic in told)]
    if not uncounted(events, [*ringing, *afar], here):
        return not_applicable(f"{afar[0].id} tells a topic of another account, whose subscribers cannot be seen here")
    if not uncounted(events, counting, here):
        names = sorted({one.id for one in counting if one not in ringing and any(map(one.counts, events))})
        return failed(f"no alarm with a confirmed subscriber watches what is counted by {', '.join(names)}")
    uncovered = uncounted(events, counting, here)
    return failed(f"no filter on the log group of {here[0].id} counts {', '.join(uncovered)}")


def owner_of(arn: str | None) -> str:
    """Return the account in an ARN."""
    return (arn or "").split(":")[4] if (arn or "").count(":") > 4 else ""


def is_choosy(one: MetricFilter) -> bool:
    """Whether a filter leaves everyday events out: one that counts everything tells of nothing."""
    return not one.counts(everyday(one.account_id))


def topics_of(one: MetricFilter, alarms: Iterable[Alarm]) -> list[str]:
    """Return the topics that alarms on what the filter counts tell; an alarm sees its own region's metrics."""
    return [
        topic
        for alarm in alarms
        if alarm.region == one.region and any(alarm.watches(counted) for counted in one.counted_in)
        for topic in alarm.topics()
    ]


def records(trail: Trail, event: Event) -> bool:
    """Whether a trail records an event."""
    return trail.records_call(event["eventSource"], READ if event["readOnly"] else WRITE)


def uncounted(events: Iterable[Event], filters: Iterable[MetricFilter], trails: Iterable[Trail]) -> list[str]:
    """Return the names of events that none of the filters counts where one of the trails writes them."""
    read = [(one, trail) for one in filters for trail in trails if one.reads(trail.log_group or "")]
    return names_of(
        event for event in events if not any(records(trail, event) and one.counts(event) for one, trail in read)
    )


def names_of(events: Iterable[Event]) -> list[str]:
    """Return the names of events, each once."""
    return list(dict.fromkeys(event["eventName"] for event in events))
