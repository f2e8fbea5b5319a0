"""The rights a catalogue needs, and where they cannot be known."""

from ccm_engine.app.settings import Settings, SettingsError
from ccm_engine.clouds.aws import organizations
from ccm_engine.clouds.aws.policy import Statement, action, actions
from ccm_engine.clouds.aws.regions import home_region, partition_of
from ccm_engine.clouds.aws.sessions import own_session
from ccm_engine.engine.catalogue import Catalogue, Check
from ccm_engine.engine.plan import plan


def iam_actions(catalogue: Catalogue, settings: Settings) -> list[str]:
    """Return the IAM actions that these controls need, also to find the regions where none are set."""
    return actions(plan(catalogue, settings.tags), find_regions=not settings.regions)


def organization(settings: Settings) -> list[Statement]:
    """Return what lists an organization and reaches its accounts, for the account that the engine runs in.

    Raises SettingsError where no role is named, SessionError for a profile that does not exist.
    """
    if not settings.role_name:
        raise SettingsError("CCM_ORG_ROLE_NAME is needed for --org: the name of the role to assume in each account")
    session = own_session()
    partition = partition_of(session, session.region_name or home_region("aws")) or "aws"
    role = f"arn:{partition}:iam::*:role/{settings.role_name}"
    return [
        Statement("CcmEngineOrganization", organizations.actions()),
        Statement("CcmEngineMembers", [action("sts", "assume_role")], role),
    ]


def unnamed(catalogue: Catalogue) -> list[str]:
    """Return the free-form controls that name no IAM action: what they call is known to them alone."""
    return [control.id for control in catalogue if isinstance(control, Check) and not control.check.actions]
