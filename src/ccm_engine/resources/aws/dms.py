"""Database Migration Service: the servers that move data."""

from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource


class ReplicationInstance(Resource):
    """A server that reads one database and writes another."""

    type = "AWS::DMS::ReplicationInstance"
    listed_by = Call("dms", "describe_replication_instances", "ReplicationInstances", page_size=100)

    id: str = at("ReplicationInstanceIdentifier")
    arn: str = at("ReplicationInstanceArn")
    public: bool = at("PubliclyAccessible")
