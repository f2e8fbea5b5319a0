"""Where a resource is, said only as far as it tells one resource from another."""

from collections.abc import Mapping, Sequence

from ccm_engine.cli.output import plain
from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.engine.collection import AccountRef


class Places:
    """The accounts and regions of some findings. `differ`: whether there is anything to say."""

    def __init__(self, account_names: Mapping[str, str], findings: Sequence[Finding]) -> None:
        self._names = account_names
        self._accounts = len(account_names) > 1
        self.differ = self._accounts or any(finding.region != GLOBAL for finding in findings)

    def of(self, finding: Finding) -> str:
        """Return an account's name and id where there are several, and a region where there is one."""
        region = "" if finding.region == GLOBAL else finding.region
        return f"{self.account(finding)} {plain(region)}".strip()

    def account(self, finding: Finding) -> str:
        """Return an account's name and id where there are several accounts, else nothing."""
        if not self._accounts:
            return ""
        return plain(AccountRef(finding.account_id, self._names.get(finding.account_id, "")).shown)
