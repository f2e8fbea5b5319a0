"""RDS parameter groups: whether they make the database refuse connections without TLS.

Instances take the switch from their own group, members of a cluster from the cluster's. Only the switches are
asked for: other parameters may hold what nobody else should see.
"""

from collections.abc import Iterable

from ccm_engine.core.document import Failure, UnreadableError
from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call, Resource, ask
from ccm_engine.resources.aws.rds import DBCluster, DBInstance

# PostgreSQL and SQL Server have the first, MySQL and MariaDB the second.
TLS_SWITCHES = ("rds.force_ssl", "require_secure_transport")
ONLY_TLS_SWITCHES = [{"Name": "parameter-name", "Values": [*TLS_SWITCHES]}]
ON = ("1", "on", "true")
# Other engines have no such switch: Oracle asks for TLS in an option group, Db2 by the port.
ENGINES_WITH_SWITCH = ("aurora", "mariadb", "mysql", "postgres", "sqlserver")


class Parameter(Part):
    """A parameter; one without a value has the engine's own default, which is off for the switches."""

    name: str = at("ParameterName")
    value: str | None = at("ParameterValue")

    def is_on(self) -> bool:
        """Whether it is a switch that refuses connections without TLS, and on."""
        return self.name in TLS_SWITCHES and (self.value or "").lower() in ON


class DBParameterGroup(Resource):
    """The settings of database engines, shared by the instances that use the group."""

    type = "AWS::RDS::DBParameterGroup"
    listed_by = Call(
        "rds", "describe_db_parameter_groups", "DBParameterGroups", one_by="DBParameterGroupName", page_size=100
    )

    id: str = at("DBParameterGroupName")
    arn: str = at("DBParameterGroupArn")
    tls_switches: tuple[Parameter, ...] = ask(
        "describe_db_parameters", "Parameters", DBParameterGroupName="DBParameterGroupName", Filters=ONLY_TLS_SWITCHES
    )


class DBClusterParameterGroup(Resource):
    """The settings of clusters, shared by those that use the group."""

    type = "AWS::RDS::DBClusterParameterGroup"
    listed_by = Call(
        "rds",
        "describe_db_cluster_parameter_groups",
        "DBClusterParameterGroups",
        one_by="DBClusterParameterGroupName",
        page_size=100,
    )

    id: str = at("DBClusterParameterGroupName")
    arn: str = at("DBClusterParameterGroupArn")
    tls_switches: tuple[Parameter, ...] = ask(
        "describe_db_cluster_parameters",
        "Parameters",
        DBClusterParameterGroupName="DBClusterParameterGroupName",
        Filters=ONLY_TLS_SWITCHES,
    )


def has_tls_switch(database: DBInstance) -> bool:
    """Whether a parameter of its engine can refuse connections without TLS."""
    return database.engine.partition("-")[0] in ENGINES_WITH_SWITCH


def tls_gap(
    database: DBInstance,
    clusters: Iterable[DBCluster],
    groups: Iterable[DBParameterGroup],
    cluster_groups: Iterable[DBClusterParameterGroup],
) -> str:
    """Return why connections without TLS are taken (`orders-pg does not require it`), empty when they are not.

    Raises UnreadableError when a group in use is not among those listed.
    """
    used: list[tuple[DBParameterGroup | DBClusterParameterGroup, str]]
    home = database.home(clusters)
    if isinstance(home, DBCluster):
        group = _named(home.parameter_group, cluster_groups, database.region)
        used = [(group, home.status_for(database.id))]
    else:
        used = [(_named(one.name, groups, database.region), one.status) for one in database.groups]
    if not used:
        return "it uses no parameter group"
    if not any(parameter.is_on() for group, _ in used for parameter in group.tls_switches):
        return f"{' and '.join(group.id for group, _ in used)} does not require it"
    waiting = [f"{group.id} is {status}" for group, status in used if status != "in-sync"]
    return " and ".join(waiting)


def _named(
    name: str, groups: Iterable[DBParameterGroup | DBClusterParameterGroup], region: str
) -> DBParameterGroup | DBClusterParameterGroup:
    for group in groups:
        if group.id == name:
            return group
    raise UnreadableError(Failure("rds:DescribeDBParameterGroups", "NotListed", f"{name} is not listed", region))
