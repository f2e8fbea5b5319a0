"""RDS: database instances."""

from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource

# DescribeDBInstances lists the instances of these services too; they have controls of their own.
OTHER_SERVICES = ("neptune", "docdb")


class DBInstance(Resource):
    """A database server. A member of an Aurora cluster stores its data in the cluster's volume."""

    type = "AWS::RDS::DBInstance"
    listed_by = Call("rds", "describe_db_instances", "DBInstances", one_by="DBInstanceIdentifier", page_size=100)

    id: str = at("DBInstanceIdentifier")
    arn: str = at("DBInstanceArn")
    engine: str = at("Engine")
    cluster: str | None = at("DBClusterIdentifier")
    encrypted: bool = at("StorageEncrypted")

    def is_of_other_service(self) -> bool:
        """Whether it is a Neptune or DocumentDB instance."""
        return self.engine in OTHER_SERVICES

    def storage(self) -> str:
        """Name what is encrypted or not: the instance, or the cluster whose volume it shares."""
        return f"{self.id} (storage of cluster {self.cluster})" if self.cluster else self.id
