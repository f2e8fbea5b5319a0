"""Systems Manager: examples of its controls."""

from raw_documents import Estate
from raw_examples import FAIL, NOT_APPLICABLE, PASS, Example, examples_of
from raw_instances import holding, instance
from raw_machines import machine, patches, runbook

from ccm_engine.core.document import Document
from ccm_engine.resources.aws.ec2_instances import Instance
from ccm_engine.resources.aws.ssm import ManagedInstance, PatchSummary, SsmDocument


def managed(*machines: Document, state: str = "running") -> Estate:
    """Return an account with one instance, and what Systems Manager knows."""
    return Estate().add(Instance, instance(state=state)).add(ManagedInstance, *machines)


def scanned(*summaries: Document, state: str = "running") -> Estate:
    """Return an account with one instance, and what patch scans found."""
    return Estate().add(Instance, instance(state=state)).add(PatchSummary, *summaries)


EXAMPLES: list[Example] = [
    *examples_of(
        "ssm_managed_instances",
        {
            "online": (PASS, lambda: managed(machine())),
            "never registered": (FAIL, lambda: managed(machine("i-0e4f5a6b"))),
            "stopped": (NOT_APPLICABLE, lambda: managed(state="stopped")),
        },
    ),
    *examples_of(
        "ssm_patch_compliant",
        {
            "patched": (PASS, lambda: scanned(patches())),
            "patches missing": (FAIL, lambda: scanned(patches(missing=3))),
            "never scanned": (NOT_APPLICABLE, lambda: scanned()),
        },
    ),
    *examples_of(
        "ssm_document_not_public",
        {
            "private": (PASS, lambda: holding(SsmDocument, runbook(["111122223333"]))),
            "public": (FAIL, lambda: holding(SsmDocument, runbook(["all"]))),
        },
    ),
]
