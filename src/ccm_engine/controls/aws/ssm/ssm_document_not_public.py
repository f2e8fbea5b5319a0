"""Runbooks are not for everyone."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ssm import SsmDocument


@control(
    title="No Systems Manager document of the account is public",
    severity=Severity.CRITICAL,
    category=Category.COMPUTE,
    security_hub=("SSM.4",),
    remedy="Stop sharing the document with everyone, and block public sharing in the region.",
)
def ssm_document_not_public(document: SsmDocument) -> Verdict:
    """A runbook tells names, paths and commands of the inside, at times even a password."""
    if document.is_public():
        return failed(f"{document.id} is shared with everyone")
    return passed(f"{document.id} is not public")
