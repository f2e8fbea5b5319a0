"""Images are scanned."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ecr import Registry, Repository


@control(
    title="ECR repositories scan images",
    severity=Severity.HIGH,
    category=Category.COMPUTE,
    security_hub=("ECR.1",),
    remedy="Turn on scanning for all repositories of the registry, best the enhanced kind.",
)
def ecr_scan_on_push(repository: Repository, registry: Registry) -> Verdict:
    """An image with a known hole is an open door in every container that runs it."""
    if repository.scans_on_push:
        return passed(f"{repository.id} scans on push")
    if registry.scans(repository.id):
        return passed(f"a rule of the registry scans {repository.id}")
    return failed(f"nothing scans the images of {repository.id}")
