"""Search domains stay off the internet."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.opensearch import Domain


@control(
    title="OpenSearch domains are not open to the internet",
    severity=Severity.CRITICAL,
    category=Category.NETWORK,
    security_hub=("Opensearch.2",),
    remedy="Move the domain into a VPC; meanwhile close its policy and turn on fine-grained access control.",
)
def opensearch_in_vpc(domain: Domain) -> Verdict:
    """Search clusters with a public endpoint have lost more records than most other services.

    A public endpoint passes only where the policy lets no stranger in and fine-grained access control is on.
    """
    if domain.vpc:
        return passed(f"{domain.id} is in {domain.vpc}")
    if opening := domain.opened_by():
        return failed(f"{domain.id} has a public endpoint, and its policy lets anyone in ({opening})")
    if not domain.fine_grained:
        return failed(f"{domain.id} has a public endpoint without fine-grained access control")
    return passed(f"{domain.id} has a public endpoint that its policy and fine-grained access control guard")
