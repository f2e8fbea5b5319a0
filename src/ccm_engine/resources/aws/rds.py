"""RDS: database instances and clusters, and the snapshots of both.

What a cluster's members share (storage, backups, deletion protection, log exports, IAM authentication) is set
on the cluster, whether it is Aurora or a Multi-AZ cluster of another engine.
"""

import re
from collections.abc import Iterable

from ccm_engine.core.document import Failure, UnreadableError
from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call, Resource, ask

# DescribeDBInstances lists the instances of these services too; they have controls of their own.
OTHER_SERVICES = ("neptune", "docdb")

# The log types of each engine that Security Hub's RDS.9 asks for (its reference, read in 2026-11). RDS knows these
# and further ones, which are no logs of the engine itself: iam-db-auth-error, instance, oemagent (botocore 1.43, under
# EnableCloudwatchLogsExports of CreateDBInstance). RDS.9 says nothing of Db2: both of its types are here. SQL Server
# Express has no agent.
EXPORTABLE_LOGS = (
    ("aurora", ("audit", "error", "general", "slowquery")),
    ("aurora-mysql", ("audit", "error", "general", "slowquery")),
    ("aurora-postgresql", ("postgresql",)),
    ("db2", ("diag.log", "notify.log")),
    ("mariadb", ("audit", "error", "general", "slowquery")),
    ("mysql", ("audit", "error", "general", "slowquery")),
    ("oracle", ("alert", "audit", "listener", "trace")),
    ("postgres", ("postgresql", "upgrade")),
    ("sqlserver", ("agent", "error")),
    ("sqlserver-ex", ("error",)),
)

# What RDS.9 asks for and a Multi-AZ cluster of the engine cannot export (the same member of CreateDBCluster).
NOT_BY_CLUSTERS = (("mysql", ("audit",)),)

# Engines that can take IAM's word for who logs in; MariaDB since 10.6.
IAM_ENGINES = ("aurora", "aurora-mysql", "aurora-postgresql", "mariadb", "mysql", "postgres")


def exportable_logs(engine: str) -> tuple[str, ...]:
    """Return the log types an engine (`oracle-ee`) can export, empty where none are known."""
    known = dict(EXPORTABLE_LOGS)
    return known.get(engine) or known.get(engine.partition("-")[0], ())


class DBClusterMember(Part):
    """A database server in a cluster."""

    id: str = at("DBInstanceIdentifier")
    parameter_status: str = at("DBClusterParameterGroupStatus")


class DBCluster(Resource):
    """A cluster of database servers over one volume or several: of RDS, Neptune or DocumentDB."""

    type = "AWS::RDS::DBCluster"
    listed_by = Call("rds", "describe_db_clusters", "DBClusters", one_by="DBClusterIdentifier", page_size=100)

    id: str = at("DBClusterIdentifier")
    arn: str = at("DBClusterArn")
    engine: str = at("Engine")
    encrypted: bool = at("StorageEncrypted")
    # True when there are instances in several zones.
    multi_az: bool = at("MultiAZ")
    members: tuple[DBClusterMember, ...] = at("DBClusterMembers", default=())
    backup_days: int = at("BackupRetentionPeriod")
    protected: bool = at("DeletionProtection")
    iam_logins: bool = at("IAMDatabaseAuthenticationEnabled")
    exported_logs: tuple[str, ...] = at("EnabledCloudwatchLogsExports", default=())
    parameter_group: str = at("DBClusterParameterGroup")

    def is_of_other_service(self) -> bool:
        """Whether it is a Neptune or DocumentDB cluster."""
        return self.engine in OTHER_SERVICES

    def zones(self, databases: "Iterable[DBInstance]") -> tuple[str, ...]:
        """Return the availability zones its members are in, sorted, as far as they have one yet."""
        return tuple(sorted({one.zone for one in databases if one.cluster == self.id and one.zone}))

    def status_for(self, database: str) -> str:
        """Return the status of its parameter group in one member (`in-sync`). Raises UnreadableError."""
        for member in self.members:
            if member.id == database:
                return member.parameter_status
        raise _not_listed("DescribeDBClusters", f"{database} in {self.id}", self.region)


class GroupInUse(Part):
    """A parameter group that a server uses, and whether its values are in force there."""

    name: str = at("DBParameterGroupName")
    status: str = at("ParameterApplyStatus")


class DBInstance(Resource):
    """A database server. A member of an Aurora cluster stores its data in the cluster's volume."""

    type = "AWS::RDS::DBInstance"
    listed_by = Call("rds", "describe_db_instances", "DBInstances", one_by="DBInstanceIdentifier", page_size=100)

    id: str = at("DBInstanceIdentifier")
    arn: str = at("DBInstanceArn")
    engine: str = at("Engine")
    engine_version: str = at("EngineVersion")
    cluster: str | None = at("DBClusterIdentifier")
    encrypted: bool = at("StorageEncrypted")
    zone: str | None = at("AvailabilityZone")
    multi_az: bool = at("MultiAZ")
    public: bool = at("PubliclyAccessible")
    minor_upgrades: bool = at("AutoMinorVersionUpgrade")
    backup_days: int = at("BackupRetentionPeriod")
    protected: bool = at("DeletionProtection")
    iam_logins: bool = at("IAMDatabaseAuthenticationEnabled")
    exported_logs: tuple[str, ...] = at("EnabledCloudwatchLogsExports", default=())
    admin_name: str = at("MasterUsername")
    groups: tuple[GroupInUse, ...] = at("DBParameterGroups", default=())
    copies_instance: str | None = at("ReadReplicaSourceDBInstanceIdentifier")
    copies_cluster: str | None = at("ReadReplicaSourceDBClusterIdentifier")

    def is_of_other_service(self) -> bool:
        """Whether it is a Neptune or DocumentDB instance."""
        return self.engine in OTHER_SERVICES

    def is_custom(self) -> bool:
        """Whether it is RDS Custom, whose server the customer runs."""
        return self.engine.startswith("custom-")

    def is_replica(self) -> bool:
        """Whether it copies another database and only answers reads."""
        return bool(self.copies_instance or self.copies_cluster)

    def storage(self) -> str:
        """Name what is encrypted or not: the instance, or the cluster whose volume it shares."""
        return f"{self.id} (storage of cluster {self.cluster})" if self.cluster else self.id

    def home(self, clusters: Iterable[DBCluster]) -> "DBInstance | DBCluster":
        """Return what its settings are on: its cluster, or itself. Raises UnreadableError for an unlisted cluster."""
        if self.cluster is None:
            return self
        for cluster in clusters:
            if cluster.id == self.cluster:
                return cluster
        raise _not_listed("DescribeDBClusters", self.cluster, self.region)

    def takes_iam_logins(self) -> bool:
        """Whether its engine can take IAM's word for who logs in."""
        too_old = self.engine == "mariadb" and _version(self.engine_version) < (10, 6)
        return self.engine in IAM_ENGINES and not too_old

    def missing_logs(self, home: "DBInstance | DBCluster") -> tuple[str, ...]:
        """Return the log types that its engine can export from `home`, and does not.

        Raises UnreadableError for an engine of which that is not known.
        """
        known = exportable_logs(self.engine)
        if not known:
            told = f"which logs {self.engine} exports is not known"
            raise UnreadableError(Failure("rds:DescribeDBInstances", "UnknownEngine", told, self.region))
        barred = dict(NOT_BY_CLUSTERS).get(self.engine, ()) if isinstance(home, DBCluster) else ()
        return tuple(log for log in known if log not in (*home.exported_logs, *barred))


class SnapshotAttribute(Part):
    """An attribute of a snapshot: `restore` lists the accounts that may restore it, `all` for everyone."""

    name: str = at("AttributeName")
    values: tuple[str, ...] = at("AttributeValues", default=())


class DBSnapshot(Resource):
    """A copy of an instance's storage: the account's own, taken by hand or by RDS."""

    type = "AWS::RDS::DBSnapshot"
    listed_by = Call("rds", "describe_db_snapshots", "DBSnapshots", one_by="DBSnapshotIdentifier", page_size=100)

    id: str = at("DBSnapshotIdentifier")
    arn: str = at("DBSnapshotArn")
    kind_of_snapshot: str = at("SnapshotType")
    encrypted: bool = at("Encrypted")
    # Only what was taken by hand can be shared.
    sharing: tuple[SnapshotAttribute, ...] | None = ask(
        "describe_db_snapshot_attributes",
        "DBSnapshotAttributesResult.DBSnapshotAttributes",
        where={"SnapshotType": ("manual",)},
        DBSnapshotIdentifier="DBSnapshotIdentifier",
    )


class DBClusterSnapshot(Resource):
    """A copy of a cluster's storage: the account's own, taken by hand or by RDS."""

    type = "AWS::RDS::DBClusterSnapshot"
    listed_by = Call(
        "rds",
        "describe_db_cluster_snapshots",
        "DBClusterSnapshots",
        one_by="DBClusterSnapshotIdentifier",
        page_size=100,
    )

    id: str = at("DBClusterSnapshotIdentifier")
    arn: str = at("DBClusterSnapshotArn")
    kind_of_snapshot: str = at("SnapshotType")
    encrypted: bool = at("StorageEncrypted")
    sharing: tuple[SnapshotAttribute, ...] | None = ask(
        "describe_db_cluster_snapshot_attributes",
        "DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes",
        where={"SnapshotType": ("manual",)},
        DBClusterSnapshotIdentifier="DBClusterSnapshotIdentifier",
    )


def may_be_restored_by_all(snapshot: DBSnapshot | DBClusterSnapshot) -> bool:
    """Whether any AWS account may restore it."""
    return any(one.name == "restore" and "all" in one.values for one in snapshot.sharing or ())


def _version(written: str) -> tuple[int, ...]:
    """Return a version's numbers (`10.11.6` is (10, 11, 6)), up to the first part that is none."""
    numbers = re.match(r"\d+(\.\d+)*", written)
    return tuple(int(part) for part in numbers[0].split(".")) if numbers else ()


def _not_listed(operation: str, missing: str, region: str) -> UnreadableError:
    return UnreadableError(Failure(f"rds:{operation}", "NotListed", f"{missing} is not listed", region))
