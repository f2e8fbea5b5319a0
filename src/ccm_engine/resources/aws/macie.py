"""Macie: what looks for personal data in buckets, region by region."""

from ccm_engine.core.resource import REGION, One, ask
from ccm_engine.resources.aws.account import Account


class MacieOfRegion(Account):
    """The account in one region, where Macie looks or does not."""

    listed_by = One("macie2", scope=REGION)

    # AWS tells that it is off by the code of a missing right: only the message is its own (Prowler's issue 1279).
    macie_session: str | None = ask(
        "get_macie_session", "status", absent=("AccessDeniedException: Macie is not enabled",)
    )
