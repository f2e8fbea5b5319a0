"""A control as a sheet: what it is, what it needs, what it helps to show."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from ccm_engine.app.fixes import fix_of
from ccm_engine.core.control import Control
from ccm_engine.core.resource import Call
from ccm_engine.engine.catalogue import AnyControl
from ccm_engine.engine.plan import plan
from ccm_engine.frameworks import Framework, requirements_of

Body = dict[str, Any]


def entry(control: AnyControl, frameworks: Mapping[str, Framework]) -> Body:
    """Return a control's line in the catalogue, with the ids of the frameworks that it helps to show."""
    shown = {one.framework: None for one in requirements_of(control.id, control.maps_to, frameworks)}
    return {**_face(control), "frameworks": list(shown)}


def sheet(control: AnyControl, frameworks: Mapping[str, Framework], *, find_regions: bool) -> Body:
    """Return all that is known of a control without looking at the record."""
    from ccm_engine.clouds.aws.policy import actions  # here, so that the API alone loads no AWS SDK

    return {
        **_face(control),
        "why": control.why,
        "remedy": control.remedy,
        "fix": fix_of(control),
        "settings": dict(control.settings),
        "digest": control.digest,
        "security_hub": list(control.security_hub),
        "requirements": _requirements(control, frameworks),
        "api_calls": _calls(control),
        "iam_actions": actions(plan([control]), find_regions=find_regions),
    }


def _face(control: AnyControl) -> Body:
    return {
        "control_id": control.id,
        "title": control.title,
        "severity": control.severity.value,
        "category": control.category.value,
        "maturity": control.maturity.value,
    }


def _requirements(control: AnyControl, frameworks: Mapping[str, Framework]) -> list[Body]:
    return [
        {
            "framework": one.framework,
            "framework_name": frameworks[one.framework].name,
            "version": one.version,
            "id": one.id,
            "text": one.text,
        }
        for one in requirements_of(control.id, control.maps_to, frameworks)
    ]


def _calls(control: AnyControl) -> list[str]:
    if not isinstance(control, Control):
        return []
    asked: dict[tuple[str, str], None] = {}
    for kind, asks in plan([control]).reads.items():
        if isinstance(kind.listed_by, Call):
            asked[kind.listed_by.service, kind.listed_by.operation] = None
        asked |= {(ask.service, operation): None for ask in asks for operation in ask.operations}
    return [_named(service, operation) for service, operation in asked]


@cache
def _named(service: str, operation: str) -> str:
    """Return a client's method as errors name the call: `ec2:DescribeSecurityGroups`."""
    from ccm_engine.clouds.aws.models import operation_model  # as above

    return f"{service}:{operation_model(service, operation).name}"
