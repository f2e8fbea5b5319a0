"""Search domains are encrypted throughout."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.opensearch import Domain


@control(
    title="OpenSearch domains are encrypted at rest and in transit",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("Opensearch.1", "Opensearch.3", "Opensearch.8"),
    remedy="Turn on encryption at rest and between nodes, and require HTTPS with TLS 1.2.",
)
def opensearch_encrypted(domain: Domain) -> Verdict:
    """An index repeats what the databases hold; it needs the same protection on disk and on the way."""
    if gaps := domain.encryption_gaps():
        return failed(f"{domain.id} does not protect {gaps}")
    return passed(f"{domain.id} is encrypted at rest, between nodes and on the way to clients")
