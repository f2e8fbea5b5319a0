"""CloudFront: distributions."""

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import ACCOUNT, Call, Resource, ask

ENCRYPTED = ("https-only", "redirect-to-https")


class CacheBehavior(Part):
    """How requests are answered."""

    viewer_protocol: str = at("ViewerProtocolPolicy")
    real_time_log: str | None = at("RealtimeLogConfigArn")

    def answers_in_plain(self) -> bool:
        """Whether viewers may do without encryption."""
        return self.viewer_protocol not in ENCRYPTED


class PathBehavior(CacheBehavior):
    """How requests for some paths are answered, instead of the default."""

    path: str = at("PathPattern")


class Distribution(Resource):
    """A website or API behind CloudFront."""

    type = "AWS::CloudFront::Distribution"
    listed_by = Call(
        "cloudfront",
        "list_distributions",
        "DistributionList.Items",
        scope=ACCOUNT,
        counted_by="DistributionList.Quantity",
    )

    id: str = at("Id")
    arn: str = at("ARN")
    default_behavior: CacheBehavior = at("DefaultCacheBehavior")
    path_behaviors: tuple[PathBehavior, ...] = at("CacheBehaviors.Items", default=())
    web_acl: str = at("WebACLId", default="")
    standard_log: bool = ask("get_distribution_config", "DistributionConfig.Logging.Enabled", default=False, Id="Id")

    def paths_in_plain(self) -> list[str]:
        """Return the paths that viewers may read without encryption."""
        by_path = [behavior.path for behavior in self.path_behaviors if behavior.answers_in_plain()]
        return ["all other paths", *by_path] if self.default_behavior.answers_in_plain() else by_path

    def logs_in_real_time(self) -> bool:
        """Whether a behavior writes a real-time log."""
        return any(behavior.real_time_log for behavior in (self.default_behavior, *self.path_behaviors))
