"""ACM: certificates. The listing tells their state and dates."""

from datetime import datetime, timedelta

from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource, named

# Without being asked for the others, ACM lists certificates with RSA keys of up to 2048 bits only.
EVERY_KEY = (
    "RSA_1024",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
)


class Certificate(Resource):
    """A certificate for TLS."""

    type = "AWS::CertificateManager::Certificate"
    listed_by = Call(
        "acm",
        "list_certificates",
        "CertificateSummaryList",
        arguments={"Includes": {"keyTypes": list(EVERY_KEY)}},
    )

    id: str = named("{name}")
    arn: str = at("CertificateArn")
    domain: str = at("DomainName")
    state: str = at("Status")
    in_use: bool = at("InUse", default=False)
    # Absent until it was issued.
    ends_on: datetime | None = at("NotAfter")

    @property
    def name(self) -> str:
        """What ends its ARN; several certificates may be for one domain."""
        return self.arn.rpartition("/")[2]

    def days_left(self, now: datetime) -> int | None:
        """Return how many whole days it is valid for from now on (below zero: it has ended), None before it begins."""
        return None if self.ends_on is None else (self.ends_on - now) // timedelta(days=1)
