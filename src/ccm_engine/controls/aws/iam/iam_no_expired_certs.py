"""No certificate in IAM has ended."""

from datetime import datetime

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.iam_settings import ServerCertificate


@control(
    title="IAM holds no expired certificate",
    severity=Severity.MEDIUM,
    category=Category.IDENTITY,
    security_hub=("IAM.26",),
    remedy="Delete the certificate, and keep certificates in ACM, which renews them.",
)
def iam_no_expired_certs(certificate: ServerCertificate, now: datetime) -> Verdict:
    """An expired certificate that is still deployed breaks what uses it, or teaches people to click warnings away."""
    if certificate.expires_on <= now:
        return failed(f"{certificate.id} expired on {certificate.expires_on:%Y-%m-%d}")
    return passed(f"{certificate.id} is valid until {certificate.expires_on:%Y-%m-%d}")
