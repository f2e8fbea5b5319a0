"""IAM's credential report: the only place that tells when the root user was last used.

AWS makes a new one at most every four hours, so every verdict on it says how old it is.
"""

import csv
import io
from datetime import datetime
from typing import Any

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import ACCOUNT, One, ask
from ccm_engine.resources.aws.account import Account

ROOT = "<root_account>"
# What the report says in place of a time.
NEVER = ("N/A", "no_information", "not_supported", "")


class RootCredentials(Part):
    """The root user's line of the report."""

    password_last_used: str = at("password_last_used")
    first_key_last_used: str = at("access_key_1_last_used_date")
    second_key_last_used: str = at("access_key_2_last_used_date")

    def last_used(self) -> datetime | None:
        """When its password or one of its keys was last used, None for never. Raises ValueError for what is no time."""
        told = (self.password_last_used, self.first_key_last_used, self.second_key_last_used)
        return max((datetime.fromisoformat(time) for time in told if time not in NEVER), default=None)


class ReportTable(Part):
    """The report's CSV; of its lines only the root user's is read, which no other call tells."""

    written_as_text = True

    root: RootCredentials = at("root")

    @classmethod
    def parsed(cls, text: str | bytes) -> Any:
        """Return the root user's line by its column names. Raises ValueError when the report has none."""
        # Kept documents hold bytes in hexadecimal.
        written = text if isinstance(text, bytes) else bytes.fromhex(text)
        for line in csv.DictReader(io.StringIO(written.decode("utf-8"))):
            if line.get("user") == ROOT:
                return {"root": line}
        raise ValueError(f"the report has no line {ROOT}")


class CredentialReport(Part):
    """A report and when AWS made it."""

    generated_on: datetime = at("GeneratedTime")
    table: ReportTable = at("Content")


class ReportedCredentials(Account):
    """The account's credentials, as the report tells of them."""

    listed_by = One("iam", scope=ACCOUNT)

    credential_report: CredentialReport = ask("get_credential_report", first="generate_credential_report")
