"""ECR: repositories of container images, and what a registry scans."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import REGION, Call, One, Resource, ask
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.policy_document import PolicyDocument

SCANS = ("SCAN_ON_PUSH", "CONTINUOUS_SCAN")


class RepositoryFilter(Part):
    """Which repositories a rule is about; `*` stands for anything."""

    pattern: str = at("filter")

    def takes(self, name: str) -> bool:
        """Whether it is about a repository of that name."""
        # Only `*` is a wildcard; the others of fnmatch cannot stand in a repository's name.
        return fnmatchcase(name, self.pattern.replace("[", "[[]"))


class ScanRule(Part):
    """A rule of the registry: how often what is scanned."""

    frequency: str = at("scanFrequency")
    filters: tuple[RepositoryFilter, ...] = at("repositoryFilters")


class Registry(Account):
    """The registry of a region: what it scans by rules of its own."""

    listed_by = One("ecr", scope=REGION)

    scan_rules: tuple[ScanRule, ...] = ask(
        "get_registry_scanning_configuration", "scanningConfiguration.rules", default=()
    )

    def scans(self, name: str) -> bool:
        """Whether a rule of the registry scans a repository of that name."""
        rules: Iterable[ScanRule] = (rule for rule in self.scan_rules if rule.frequency in SCANS)
        return any(one.takes(name) for rule in rules for one in rule.filters)


class Repository(Resource):
    """A repository of container images."""

    type = "AWS::ECR::Repository"
    listed_by = Call("ecr", "describe_repositories", "repositories")

    id: str = at("repositoryName")
    arn: str = at("repositoryArn")
    scans_on_push: bool = at("imageScanningConfiguration.scanOnPush", default=False)
    repository_policy: PolicyDocument | None = ask(
        "get_repository_policy",
        "policyText",
        absent=("RepositoryPolicyNotFoundException",),
        repositoryName="repositoryName",
    )

    def opened_by(self) -> str:
        """Return the statement of its policy that lets anyone in, empty when none does."""
        return self.repository_policy.grants_everyone() if self.repository_policy else ""
