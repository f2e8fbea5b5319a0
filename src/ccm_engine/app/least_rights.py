"""The rights a catalogue needs, and where they cannot be known."""

from ccm_engine.app.settings import Settings
from ccm_engine.clouds.aws.policy import actions
from ccm_engine.engine.catalogue import Catalogue, Check
from ccm_engine.engine.plan import plan


def iam_actions(catalogue: Catalogue, settings: Settings) -> list[str]:
    """Return the IAM actions that these controls need, also to find the regions where none are set."""
    return actions(plan(catalogue), find_regions=not settings.regions)


def unnamed(catalogue: Catalogue) -> list[str]:
    """Return the free-form controls that name no IAM action: what they call is known to them alone."""
    return [control.id for control in catalogue if isinstance(control, Check) and not control.check.actions]
