"""What watches over an account region by region: Config, GuardDuty, Security Hub, Macie and Inspector."""

from typing import Any

from raw_documents import ACCOUNT_ID, US, Estate, Raw, document

from ccm_engine.core.document import Document, Failure
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.config import ConfigOfRegion
from ccm_engine.resources.aws.guardduty import Detector, GuardDutyOfRegion
from ccm_engine.resources.aws.inspector import InspectorOfRegion
from ccm_engine.resources.aws.macie import MacieOfRegion
from ccm_engine.resources.aws.securityhub import SecurityHubOfRegion

SERVICE_ROLE = f"arn:aws:iam::{ACCOUNT_ID}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
NOT_SUBSCRIBED = Failure(
    "securityhub:DescribeHub", "InvalidAccessException", f"Account {ACCOUNT_ID} is not subscribed to AWS Security Hub"
)
MACIE_IS_OFF = Failure("macie2:GetMacieSession", "AccessDeniedException", "Macie is not enabled")


def recorder(*, everything: bool = True, global_types: bool = True, role: str = SERVICE_ROLE, **members: Any) -> Raw:
    """Return a recorder; `members` are further ones."""
    group = {"allSupported": everything, "includeGlobalResourceTypes": global_types, "resourceTypes": []}
    return {"name": "default", "roleARN": role, "recordingGroup": group, **members}


def recorder_state(*, recording: bool = True, delivery: str | None = "SUCCESS") -> Raw:
    """Return what the recorder is doing."""
    return {"name": "default", "recording": recording, **({"lastStatus": delivery} if delivery else {})}


def config_of(*recorders: Raw, state: Raw | None = None, region: str = US) -> Document:
    """Return Config of a region, by default without a recorder."""
    states = [state or recorder_state()] if recorders else []
    answers: dict[str, Raw | Failure] = {
        "recorders": {"ConfigurationRecorders": list(recorders)},
        "recorder_states": {"ConfigurationRecordersStatus": states},
    }
    return document(ConfigOfRegion, {}, answers, region)


def recorded(*regions: Document) -> Estate:
    """Return an account with Config in these regions."""
    places = [one.place.region for one in regions]
    return Estate(*places).add(Account, document(Account, {}, {}, GLOBAL)).add(ConfigOfRegion, *regions)


def guarded(*states: str) -> Estate:
    """Return an account with a detector in each of these states."""
    estate = Estate().add(GuardDutyOfRegion, document(GuardDutyOfRegion, {}, {}, US))
    for i, state in enumerate(states):
        told = {"CreatedAt": "2026-01-01T00:00:00Z", "ServiceRole": "role", "Status": state}
        estate.add(Detector, document(Detector, f"{i:032x}", {"detection": told}, US))
    return estate


def hub(*states: str, integrations: int = 0) -> Estate:
    """Return an account with Security Hub, with a standard in each of these states."""
    arn = f"arn:aws:securityhub:{US}:{ACCOUNT_ID}"
    standards = [
        {
            "StandardsSubscriptionArn": f"{arn}:subscription/standard-{i}/v/1.0.0",
            "StandardsArn": f"arn:aws:securityhub:::standard-{i}/v/1.0.0",
            "StandardsInput": {},
            "StandardsStatus": state,
        }
        for i, state in enumerate(states)
    ]
    products = [f"{arn}:product-subscription/aws/{i}" for i in range(integrations)]
    answers: dict[str, Raw | Failure] = {
        "hub": {"HubArn": f"{arn}:hub/default"},
        "standards": {"StandardsSubscriptions": standards},
        "integrations": {"ProductSubscriptions": products},
    }
    return Estate().add(SecurityHubOfRegion, document(SecurityHubOfRegion, {}, answers, US))


def without_hub(failure: Failure = NOT_SUBSCRIBED) -> Estate:
    """Return an account whose Security Hub answers by an error."""
    answers: dict[str, Raw | Failure] = dict.fromkeys(("hub", "standards", "integrations"), failure)
    return Estate().add(SecurityHubOfRegion, document(SecurityHubOfRegion, {}, answers, US))


def macie(told: str | Failure) -> Estate:
    """Return an account with Macie in this state, or what it answers instead."""
    answer = told if isinstance(told, Failure) else {"status": told, "findingPublishingFrequency": "SIX_HOURS"}
    return Estate().add(MacieOfRegion, document(MacieOfRegion, {}, {"macie_session": answer}, US))


def inspector(answer: Raw | Failure) -> Estate:
    """Return an account with what Inspector answers."""
    return Estate().add(InspectorOfRegion, document(InspectorOfRegion, {}, {"inspected": answer}, US))


def scanned(**states: str) -> Raw:
    """Return the state of scans by type, `ENABLED` for those that are not given."""
    by_type = {"ec2": "ENABLED", "ecr": "ENABLED", "lambda": "ENABLED", "lambdaCode": "ENABLED", **states}
    told = {name: {"status": state, "errorCode": "SUCCESS", "errorMessage": ""} for name, state in by_type.items()}
    state = {"status": "ENABLED", "errorCode": "SUCCESS", "errorMessage": ""}
    return {"accounts": [{"accountId": ACCOUNT_ID, "state": state, "resourceState": told}], "failedAccounts": []}
