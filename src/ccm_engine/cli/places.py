"""Where a resource is, said only as far as it tells one resource from another."""

from collections.abc import Mapping, Sequence

from ccm_engine.cli.output import plain
from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import GLOBAL


class Places:
    """The accounts and regions of some findings. `differ`: whether there is anything to say."""

    def __init__(self, account_names: Mapping[str, str], findings: Sequence[Finding]) -> None:
        self._names = account_names
        self._accounts = len(account_names) > 1
        self.differ = self._accounts or any(finding.region != GLOBAL for finding in findings)

    def of(self, finding: Finding) -> str:
        """Return an account's name (or id) where there are several, and a region where there is one."""
        parts = []
        if self._accounts:
            parts.append(self._names.get(finding.account_id) or finding.account_id)
        if finding.region != GLOBAL:
            parts.append(finding.region)
        return plain(" ".join(parts))
