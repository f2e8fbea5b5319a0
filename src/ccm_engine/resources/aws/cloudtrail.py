"""CloudTrail: trails, which events they record, and where they deliver them.

A trail without selectors records AWS's default, all management events. See "Logging management events" and
"Logging data events" in AWS's manual.
"""

import re
from collections.abc import Iterable
from datetime import datetime

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call, Resource, ask

READ, WRITE = "read", "write"
BOTH = frozenset({READ, WRITE})
NEITHER: frozenset[str] = frozenset()
SOURCE = "eventSource"
OBJECTS = "AWS::S3::Object"
EVERY_OBJECT = r"arn:[a-z-]+:s3:{0,3}"


def kinds_of(name: str) -> frozenset[str]:
    """Return the kinds of events that a basic selector names (`ReadOnly`)."""
    return {"All": BOTH, "ReadOnly": frozenset({READ}), "WriteOnly": frozenset({WRITE})}.get(name, NEITHER)


class DataResource(Part):
    """What a basic selector records data events of."""

    resource_type: str = at("Type")
    prefixes: tuple[str, ...] = at("Values", default=())

    def is_every_object(self) -> bool:
        """Whether it means the objects of every bucket: its prefix names S3 and no bucket (`arn:aws:s3`)."""
        return self.resource_type == OBJECTS and any(re.fullmatch(EVERY_OBJECT, prefix) for prefix in self.prefixes)


class EventSelector(Part):
    """A basic selector."""

    management: bool = at("IncludeManagementEvents", default=False)
    kinds: str = at("ReadWriteType")
    excluded_sources: tuple[str, ...] = at("ExcludeManagementEventSources", default=())
    data_resources: tuple[DataResource, ...] = at("DataResources", default=())

    def records(self) -> frozenset[str]:
        """Return which management events (`read`, `write`) it records without leaving a source out."""
        if not self.management or self.excluded_sources:
            return NEITHER
        return kinds_of(self.kinds)

    def records_call(self, source: str, kind: str) -> bool:
        """Whether it records the `read` or `write` management events of a source (`kms.amazonaws.com`)."""
        return self.management and source not in self.excluded_sources and kind in kinds_of(self.kinds)

    def records_of_objects(self) -> frozenset[str]:
        """Return which events of every bucket's objects (`read`, `write`) it records."""
        everything = any(one.is_every_object() for one in self.data_resources)
        return kinds_of(self.kinds) if everything else NEITHER


class FieldSelector(Part):
    """One condition of an advanced selector."""

    field: str = at("Field")
    equals: tuple[str, ...] = at("Equals", default=())
    not_equals: tuple[str, ...] = at("NotEquals", default=())
    starts: tuple[str, ...] = at("StartsWith", default=())
    ends: tuple[str, ...] = at("EndsWith", default=())
    not_starts: tuple[str, ...] = at("NotStartsWith", default=())
    not_ends: tuple[str, ...] = at("NotEndsWith", default=())

    def admits(self, value: str) -> bool:
        """Whether it holds for a value of its field; one that goes by beginnings or ends we take to hold for none."""
        if self.starts or self.ends or self.not_starts or self.not_ends:
            return False
        return (value in self.equals or not self.equals) and value not in self.not_equals


class AdvancedEventSelector(Part):
    """An advanced selector: all its conditions must hold for an event to be recorded."""

    conditions: tuple[FieldSelector, ...] = at("FieldSelectors")

    def records(self) -> frozenset[str]:
        """Return which management events it records in full; any condition we do not know narrows it to none."""
        return self._kinds({"eventCategory": "Management"})

    def records_call(self, source: str, kind: str) -> bool:
        """Whether it records the `read` or `write` management events of a source; not, where we do not know."""
        admitted = all(condition.admits(source) for condition in self.conditions if condition.field == SOURCE)
        return admitted and kind in self._kinds({"eventCategory": "Management"}, but=SOURCE)

    def records_of_objects(self) -> frozenset[str]:
        """Return which events of every bucket's objects it records; a condition we do not know narrows it to none."""
        return self._kinds({"eventCategory": "Data", "resources.type": OBJECTS})

    def _kinds(self, wanted: dict[str, str], but: str | None = None) -> frozenset[str]:
        """Return the kinds of events it records where these fields, and none `but` that, are fixed to these values."""
        kinds, fixed = BOTH, set()
        for condition in self.conditions:
            if condition.field == but:
                continue
            if condition.field == "readOnly" and condition.equals:
                asked = {"true": READ, "false": WRITE}
                kinds &= {asked[value] for value in condition.equals if value in asked}
            elif wanted.get(condition.field) in condition.equals:
                fixed.add(condition.field)
            else:
                return NEITHER
        return kinds if fixed == set(wanted) else NEITHER


class Trail(Resource):
    """A record of API calls, delivered to a bucket."""

    type = "AWS::CloudTrail::Trail"
    # Shadows are listed too: a member account sees its organization's trail only as one.
    listed_by = Call(
        "cloudtrail",
        "describe_trails",
        "trailList",
        one_by="trailNameList",
        region_by="HomeRegion",
        same_by="TrailARN",
        arguments={"includeShadowTrails": True},
    )

    id: str = at("Name")
    arn: str = at("TrailARN")
    multi_region: bool = at("IsMultiRegionTrail", default=False)
    writes_to: str | None = at("S3BucketName")
    digests_written: bool = at("LogFileValidationEnabled", default=False)
    trail_key: str | None = at("KmsKeyId")
    log_group: str | None = at("CloudWatchLogsLogGroupArn")
    logging: bool = ask("get_trail_status", "IsLogging", Name="TrailARN")
    delivered_to_logs_at: datetime | None = ask("get_trail_status", "LatestCloudWatchLogsDeliveryTime", Name="TrailARN")
    selectors: tuple[EventSelector, ...] = ask(
        "get_event_selectors", "EventSelectors", default=(), TrailName="TrailARN"
    )
    advanced_selectors: tuple[AdvancedEventSelector, ...] = ask(
        "get_event_selectors", "AdvancedEventSelectors", default=(), TrailName="TrailARN"
    )

    def missing_management_events(self) -> str:
        """Return which management events it does not record (`read and write`), empty when it records all."""
        told = [selector.records() for selector in self.selectors]
        told += [selector.records() for selector in self.advanced_selectors]
        recorded = NEITHER.union(*told) if told else BOTH
        return " and ".join(kind for kind in (READ, WRITE) if kind not in recorded)

    def records_call(self, source: str, kind: str) -> bool:
        """Whether it records the `read` or `write` management events of a source (`kms.amazonaws.com`)."""
        basic = any(selector.records_call(source, kind) for selector in self.selectors)
        return (
            basic
            or any(selector.records_call(source, kind) for selector in self.advanced_selectors)
            or not (self.selectors or self.advanced_selectors)
        )

    def shortfall(self) -> str:
        """Return why it does not record all management events of all regions, empty when it does."""
        missing = self.missing_management_events()
        reasons = [
            *(["covers one region"] if not self.multi_region else []),
            *(["is not logging"] if not self.logging else []),
            *([f"leaves out {missing} management events"] if missing else []),
        ]
        return ", ".join(reasons)

    def objects_shortfall(self, kind: str) -> str:
        """Return why it does not record the `read` or `write` events of all objects, empty when it does."""
        told = [selector.records_of_objects() for selector in self.selectors]
        told += [selector.records_of_objects() for selector in self.advanced_selectors]
        reasons = [
            *(["covers one region"] if not self.multi_region else []),
            *(["is not logging"] if not self.logging else []),
            *([f"leaves out {kind} events of objects"] if kind not in NEITHER.union(*told) else []),
        ]
        return ", ".join(reasons)

    def owner(self) -> str:
        """Return the account it belongs to: a member account sees its organization's trail too."""
        return self.arn.split(":")[4]

    def is_foreign(self) -> bool:
        """Whether it is another account's, which alone can change it."""
        return self.owner() != self.account_id


def writing_to(bucket: str, trails: Iterable[Trail]) -> str:
    """Return the names of the trails that deliver to a bucket, empty when none does."""
    return ", ".join(sorted(trail.id for trail in trails if trail.writes_to == bucket))


def deliveries(trails: Iterable[Trail]) -> str:
    """Tell which bucket, of this account or another, each trail delivers to."""
    told = [f"{trail.id} delivers to {trail.writes_to}" for trail in trails]
    return ", ".join(sorted(told)) or "there is none"
