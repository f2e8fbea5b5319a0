"""Machines, patches and documents, as Systems Manager describes them."""

from collections.abc import Sequence

from raw_documents import ACCOUNT_ID, document

from ccm_engine.core.document import Document, Failure
from ccm_engine.resources.aws.ssm import ManagedInstance, PatchSummary, SsmDocument


def machine(id_: str = "i-0a1b2c3d", *, ping: str = "Online") -> Document:
    """Return a machine that registered with Systems Manager."""
    item = {
        "InstanceId": id_,
        "PingStatus": ping,
        "LastPingDateTime": "2026-03-06T11:58:00Z",
        "AgentVersion": "3.3.1611.0",
        "PlatformType": "Linux",
        "ResourceType": "EC2Instance",
    }
    return document(ManagedInstance, item, {})


def patches(id_: str = "i-0a1b2c3d", *, missing: int = 0) -> Document:
    """Return what the last patch scan found."""
    item = {
        "ComplianceType": "Patch",
        "ResourceType": "ManagedInstance",
        "ResourceId": id_,
        "Status": "NON_COMPLIANT" if missing else "COMPLIANT",
        "ExecutionSummary": {"ExecutionTime": "2026-03-06T03:00:00Z", "ExecutionType": "Command"},
        "CompliantSummary": {"CompliantCount": 120},
        "NonCompliantSummary": {"NonCompliantCount": missing},
    }
    return document(PatchSummary, item, {})


def runbook(shared_with: Sequence[str] | Failure = ()) -> Document:
    """Return a document of the account's own."""
    item = {"Name": "restart-web", "Owner": ACCOUNT_ID, "DocumentType": "Automation", "DocumentFormat": "YAML"}
    told = shared_with if isinstance(shared_with, Failure) else {"AccountIds": list(shared_with)}
    return document(SsmDocument, item, {"shared_with": told})
