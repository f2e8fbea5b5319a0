"""IAM Access Analyzer: what looks for resources that strangers can reach."""

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import REGION, One, ask
from ccm_engine.resources.aws.account import Account

# The kinds that look for access from outside; the others look for rights nobody uses, or for access within.
EXTERNAL = ("ACCOUNT", "ORGANIZATION")


class Analyzer(Part):
    """An analyzer of one region."""

    analyzer_name: str = at("name")
    analyzer_type: str = at("type")
    analyzer_status: str = at("status")

    def finds_external_access(self) -> bool:
        """Whether it is at work, looking for access from outside."""
        return self.analyzer_status == "ACTIVE" and self.analyzer_type in EXTERNAL


class AnalyzersOfRegion(Account):
    """The account in one region, and what analyzes it there."""

    listed_by = One("accessanalyzer", scope=REGION)

    analyzers: tuple[Analyzer, ...] = ask("list_analyzers", "analyzers")

    def external_analyzer(self) -> str:
        """Return the name of an analyzer at work that looks for access from outside, or ""."""
        return next((one.analyzer_name for one in self.analyzers if one.finds_external_access()), "")
