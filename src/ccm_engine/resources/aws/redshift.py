"""Redshift: clusters, their audit logs, and the parameter groups they share."""

from collections.abc import Iterable

from ccm_engine.core.document import Failure, UnreadableError
from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call, Resource, ask, named

TLS_SWITCH = "require_ssl"


class ParameterStatus(Part):
    """Whether a parameter of a group is in force on a cluster."""

    name: str = at("ParameterName")
    status: str = at("ParameterApplyStatus")


class GroupInUse(Part):
    """A parameter group that a cluster uses, and whether its values are in force there."""

    name: str = at("ParameterGroupName")
    status: str = at("ParameterApplyStatus")
    by_parameter: tuple[ParameterStatus, ...] = at("ClusterParameterStatusList", default=())

    def status_of(self, parameter: str) -> str:
        """Return the status of one parameter (`in-sync`): its own, else the group's."""
        return next((one.status for one in self.by_parameter if one.name == parameter), self.status)


class Parameter(Part):
    """A setting of clusters."""

    name: str = at("ParameterName")
    value: str | None = at("ParameterValue")


class ParameterGroup(Resource):
    """The settings of clusters, shared by those that use the group."""

    type = "AWS::Redshift::ClusterParameterGroup"
    listed_by = Call(
        "redshift",
        "describe_cluster_parameter_groups",
        "ParameterGroups",
        one_by="ParameterGroupName",
        page_size=100,
    )

    id: str = at("ParameterGroupName")
    arn: str = named("arn:{partition}:redshift:{region}:{account_id}:parametergroup:{id}")
    parameters: tuple[Parameter, ...] = ask(
        "describe_cluster_parameters", "Parameters", ParameterGroupName="ParameterGroupName"
    )

    def requires_tls(self) -> bool:
        """Whether it makes clusters refuse connections without TLS."""
        return any(one.name == TLS_SWITCH and (one.value or "").lower() == "true" for one in self.parameters)


class Cluster(Resource):
    """A data warehouse."""

    type = "AWS::Redshift::Cluster"
    listed_by = Call("redshift", "describe_clusters", "Clusters", one_by="ClusterIdentifier", page_size=100)

    id: str = at("ClusterIdentifier")
    arn: str = named("arn:{partition}:redshift:{region}:{account_id}:cluster:{id}")
    public: bool = at("PubliclyAccessible")
    encrypted: bool = at("Encrypted")
    groups: tuple[GroupInUse, ...] = at("ClusterParameterGroups", default=())
    audit_logging: bool = ask("describe_logging_status", "LoggingEnabled", ClusterIdentifier="ClusterIdentifier")

    def tls_gap(self, groups: Iterable[ParameterGroup]) -> str:
        """Return why it takes connections without TLS (`warehouse-pg does not require it`), empty when it does not.

        Raises UnreadableError when a group it uses is not among those listed.
        """
        if not self.groups:
            return "it uses no parameter group"
        for used in self.groups:
            group = next((one for one in groups if one.id == used.name), None)
            if group is None:
                told = f"{used.name} is not listed"
                raise UnreadableError(
                    Failure("redshift:DescribeClusterParameterGroups", "NotListed", told, self.region)
                )
            if not group.requires_tls():
                return f"{group.id} does not require it"
            if (status := used.status_of(TLS_SWITCH)) != "in-sync":
                return f"{TLS_SWITCH} of {group.id} is {status}"
        return ""
