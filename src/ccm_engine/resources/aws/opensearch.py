"""OpenSearch Service: domains, those that run Elasticsearch too."""

import json
import re

from ccm_engine.core.document import Failure, UnreadableError
from ccm_engine.core.reading import at
from ccm_engine.core.resource import Batch, Call, Resource
from ccm_engine.resources.aws.policy_document import PolicyDocument

TLS_POLICY = re.compile(r"Policy-Min-TLS-(\d+)-(\d+)-")


class Domain(Resource):
    """A search cluster. What the answer does not mention is off."""

    type = "AWS::OpenSearch::Domain"
    listed_by = Call(
        "opensearch",
        "list_domain_names",
        "DomainNames",
        batch=Batch("describe_domains", "DomainStatusList", names="DomainNames", size=5, name="DomainName"),
    )

    id: str = at("DomainName")
    arn: str = at("ARN")
    vpc: str | None = at("VPCOptions.VPCId")
    fine_grained: bool = at("AdvancedSecurityOptions.Enabled", default=False)
    access_policy: str = at("AccessPolicies", default="")
    encrypted_at_rest: bool = at("EncryptionAtRestOptions.Enabled", default=False)
    encrypted_between_nodes: bool = at("NodeToNodeEncryptionOptions.Enabled", default=False)
    https_only: bool = at("DomainEndpointOptions.EnforceHTTPS", default=False)
    tls_policy: str = at("DomainEndpointOptions.TLSSecurityPolicy", default="")

    def opened_by(self) -> str:
        """Return the statement of its policy that lets anyone in, empty when none does. Raises UnreadableError."""
        if not self.access_policy.strip():
            return ""
        try:
            return PolicyDocument(json.loads(self.access_policy), self.document.source).grants_everyone()
        except ValueError as error:
            told = f"AccessPolicies: {error}"
            raise UnreadableError(
                Failure("opensearch:DescribeDomains", "MalformedResponse", told, self.region)
            ) from error

    def demands_modern_tls(self) -> bool:
        """Whether it takes no TLS older than 1.2."""
        oldest = TLS_POLICY.match(self.tls_policy)
        return oldest is not None and (int(oldest[1]), int(oldest[2])) >= (1, 2)

    def encryption_gaps(self) -> str:
        """Return what is not encrypted as it should be, comma-separated, empty when all is."""
        gaps = {
            "data at rest": self.encrypted_at_rest,
            "traffic between nodes": self.encrypted_between_nodes,
            "requests by plain HTTP": self.https_only,
            "requests by TLS older than 1.2": self.demands_modern_tls(),
        }
        return ", ".join(gap for gap, closed in gaps.items() if not closed)
