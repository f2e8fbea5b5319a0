"""CloudTrail: trails, and which management events they record.

A trail without selectors records AWS's default, all management events. See "Logging management events" in
AWS's manual.
"""

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call, Resource, ask

READ, WRITE = "read", "write"
BOTH = frozenset({READ, WRITE})
NEITHER: frozenset[str] = frozenset()


class EventSelector(Part):
    """A basic selector."""

    management: bool = at("IncludeManagementEvents", default=False)
    kinds: str = at("ReadWriteType")
    excluded_sources: tuple[str, ...] = at("ExcludeManagementEventSources", default=())

    def records(self) -> frozenset[str]:
        """Return which management events (`read`, `write`) it records without leaving a source out."""
        if not self.management or self.excluded_sources:
            return NEITHER
        return {"All": BOTH, "ReadOnly": frozenset({READ}), "WriteOnly": frozenset({WRITE})}.get(self.kinds, NEITHER)


class FieldSelector(Part):
    """One condition of an advanced selector."""

    field: str = at("Field")
    equals: tuple[str, ...] = at("Equals", default=())


class AdvancedEventSelector(Part):
    """An advanced selector: all its conditions must hold for an event to be recorded."""

    conditions: tuple[FieldSelector, ...] = at("FieldSelectors")

    def records(self) -> frozenset[str]:
        """Return which management events it records in full; any condition we do not know narrows it to none."""
        kinds = BOTH
        management = False
        for condition in self.conditions:
            if condition.field == "eventCategory":
                management = "Management" in condition.equals
            elif condition.field == "readOnly" and condition.equals:
                asked = {"true": READ, "false": WRITE}
                kinds &= {asked[value] for value in condition.equals if value in asked}
            else:
                return NEITHER
        return kinds if management else NEITHER


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
    logging: bool = ask("get_trail_status", "IsLogging", Name="TrailARN")
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

    def shortfall(self) -> str:
        """Return why it does not record all management events of all regions, empty when it does."""
        missing = self.missing_management_events()
        reasons = [
            *(["covers one region"] if not self.multi_region else []),
            *(["is not logging"] if not self.logging else []),
            *([f"leaves out {missing} management events"] if missing else []),
        ]
        return ", ".join(reasons)
