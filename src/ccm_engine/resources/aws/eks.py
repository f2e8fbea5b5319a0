"""EKS: clusters, and which versions of Kubernetes AWS supports."""

from collections.abc import Iterable

from ccm_engine.core.document import Failure, UnreadableError
from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call, Resource, ask, named
from ccm_engine.resources.aws.network import world_in

EVERY_LOG = ("api", "audit", "authenticator", "controllerManager", "scheduler")
FIRST_ENCRYPTED_BY_DEFAULT = (1, 28)
"""From this version on EKS encrypts all of Kubernetes' data under a key of its own."""


class LogSetup(Part):
    """Which kinds of log are on or off."""

    kinds: tuple[str, ...] = at("types")
    enabled: bool = at("enabled")


class EncryptionConfig(Part):
    """What a key of the customer's encrypts."""

    resources: tuple[str, ...] = at("resources", default=())


class ClusterVersion(Resource):
    """A version of Kubernetes, and how AWS supports it."""

    type = "AWS::EKS::ClusterVersion"
    listed_by = Call("eks", "describe_cluster_versions", "clusterVersions", arguments={"includeAll": True})

    id: str = at("clusterVersion")
    arn: str = named("arn:{partition}:eks:{region}::cluster-version/{id}")
    support: str = at("versionStatus")


class Cluster(Resource):
    """A control plane of Kubernetes. The listing gives names only."""

    type = "AWS::EKS::Cluster"
    listed_by = Call("eks", "list_clusters", "clusters", page_size=100)

    id: str = at()
    arn: str = named("arn:{partition}:eks:{region}:{account_id}:cluster/{id}")
    kubernetes: str = ask("describe_cluster", "cluster.version", name="")
    endpoint_is_public: bool = ask("describe_cluster", "cluster.resourcesVpcConfig.endpointPublicAccess", name="")
    public_ranges: tuple[str, ...] = ask(
        "describe_cluster", "cluster.resourcesVpcConfig.publicAccessCidrs", default=(), name=""
    )
    log_setups: tuple[LogSetup, ...] = ask("describe_cluster", "cluster.logging.clusterLogging", default=(), name="")
    encryption_configs: tuple[EncryptionConfig, ...] = ask(
        "describe_cluster", "cluster.encryptionConfig", default=(), name=""
    )

    def logs(self) -> frozenset[str]:
        """Return the kinds of log that are on."""
        return frozenset(kind for setup in self.log_setups if setup.enabled for kind in setup.kinds)

    def endpoint_is_open_to(self) -> str:
        """Return the range from which the whole internet reaches its API, empty when it does not."""
        return world_in(self.public_ranges or ("0.0.0.0/0",)) if self.endpoint_is_public else ""

    def encrypts_secrets(self) -> bool:
        """Whether Kubernetes' secrets are encrypted under a key of KMS, the customer's or EKS's own."""
        major, _, minor = self.kubernetes.partition(".")
        by_default = (int(major), int(minor)) >= FIRST_ENCRYPTED_BY_DEFAULT
        return by_default or any("secrets" in config.resources for config in self.encryption_configs)

    def support(self, versions: Iterable[ClusterVersion]) -> str:
        """Return how AWS supports its version. Raises UnreadableError when AWS does not tell of it."""
        for version in versions:
            if version.id == self.kubernetes:
                return version.support
        told = f"AWS does not tell of Kubernetes {self.kubernetes}"
        raise UnreadableError(Failure("eks:DescribeClusterVersions", "NotListed", told, self.region))
