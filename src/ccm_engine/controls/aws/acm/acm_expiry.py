"""Certificates are renewed in time."""

from datetime import datetime

from ccm_engine.core import Category, Severity, Verdict, control, failed, not_applicable, passed
from ccm_engine.resources.aws.acm import Certificate


@control(
    title="No certificate in use ends soon",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("ACM.1",),
    remedy="Renew the certificate: validate its domain by DNS, so that ACM renews it, or import its successor.",
)
def acm_expiry(certificate: Certificate, now: datetime, *, min_days_left: int = 30) -> Verdict:
    """When a certificate ends, everything behind it stops, usually at night."""
    left = certificate.days_left(now)
    if left is None or certificate.state not in ("ISSUED", "EXPIRED"):
        return not_applicable(f"the certificate for {certificate.domain} is {certificate.state}")
    if left < 0 and not certificate.in_use:
        return not_applicable(f"the certificate for {certificate.domain} has ended, and nothing uses it")
    if left < min_days_left:
        return failed(f"the certificate for {certificate.domain} ends in {left} days")
    return passed(f"the certificate for {certificate.domain} is good for {left} days")
