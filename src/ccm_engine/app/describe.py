"""What is known of a control without asking a cloud, as the catalogue shows it."""

from typing import Any

from ccm_engine.app.settings import Settings
from ccm_engine.clouds.aws.policy import actions
from ccm_engine.core.control import Control
from ccm_engine.core.resource import Call
from ccm_engine.engine.catalogue import AnyControl, Catalogue, Check
from ccm_engine.engine.plan import is_regional, plan
from ccm_engine.frameworks import requirements_of

Body = dict[str, Any]


def face_of(control: AnyControl) -> Body:
    """Return a control's line in the catalogue."""
    return {
        "control_id": control.id,
        "control_name": control.title,
        "category": control.category.value,
        "severity": control.severity.value,
        "maturity": control.maturity.value,
    }


def description_of(control: AnyControl, settings: Settings) -> Body:
    """Return everything that is known of a control: words, requirements, calls, IAM actions, settings."""
    return {
        **face_of(control),
        "why": control.why,
        "remedy": control.remedy,
        "requirements": [
            {"framework": one.framework, "version": one.version, "id": one.id, "text": one.text}
            for one in requirements_of(control.id, control.maps_to)
        ],
        "security_hub": list(control.security_hub),
        "iam_actions": iam_actions(Catalogue({control.id: control}), settings),
        "api_calls": api_calls(control),
        "settings": dict(control.settings),
        "scope": "REGION" if is_regional(control) else "ACCOUNT",
        "digest": control.digest,
    }


def iam_actions(catalogue: Catalogue, settings: Settings) -> list[str]:
    """Return the IAM actions that these controls need, also to find the regions where none are set."""
    return actions(plan(catalogue), find_regions=not settings.regions)


def unnamed_actions(catalogue: Catalogue) -> list[str]:
    """Return the free-form controls that name no IAM action: what they call is known to them alone."""
    return [control.id for control in catalogue if isinstance(control, Check) and not control.check.actions]


def api_calls(control: AnyControl) -> list[str]:
    """Return the API calls a pure control makes, by the client's method; empty for a free-form one."""
    if not isinstance(control, Control):
        return []
    found: list[str] = []
    for kind in control.resources:
        if isinstance(kind.listed_by, Call):
            found.append(f"{kind.listed_by.service}:{kind.listed_by.operation}")
        found += [f"{ask.service}:{ask.operation}" for ask in control.asks(kind)]
    return list(dict.fromkeys(found))
