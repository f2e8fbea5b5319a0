"""ElastiCache: replication groups of Redis OSS and Valkey. Memcached has none."""

from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource


class ReplicationGroup(Resource):
    """A cache: a primary and its replicas, or several such shards."""

    type = "AWS::ElastiCache::ReplicationGroup"
    listed_by = Call(
        "elasticache",
        "describe_replication_groups",
        "ReplicationGroups",
        one_by="ReplicationGroupId",
        page_size=100,
    )

    id: str = at("ReplicationGroupId")
    arn: str = at("ARN")
    encrypted_at_rest: bool = at("AtRestEncryptionEnabled")
    takes_tls: bool = at("TransitEncryptionEnabled")
    tls_mode: str | None = at("TransitEncryptionMode")

    def requires_tls(self) -> bool:
        """Whether clients cannot do without TLS; in mode `preferred` they can."""
        return self.takes_tls and self.tls_mode != "preferred"

    def encryption_gaps(self) -> str:
        """Return what is not encrypted (`data at rest and connections`), empty when all is."""
        gaps = [
            *([] if self.encrypted_at_rest else ["data at rest"]),
            *([] if self.requires_tls() else ["connections"]),
        ]
        return " and ".join(gaps)
