"""A fixed report: two accounts, what fails, what could not be read, and names that try to break out."""

from datetime import UTC, datetime

from ccm_engine.core.finding import Finding
from ccm_engine.core.vocabulary import GLOBAL, Maturity, Severity, Status
from ccm_engine.engine.score import ControlFace, Seen, results_of, scorecard
from ccm_engine.reports.scan_report import ScanReport

PRODUCTION, STAGING = "123456789012", "111122223333"
AT = datetime(2026, 3, 6, 12, 0, 0, tzinfo=UTC)
MFA = ControlFace("iam_mfa_all_users", "All IAM users have MFA enabled", "Identity", Severity.CRITICAL)
SSH = ControlFace("ec2_no_open_ssh", "No security groups allow 0.0.0.0/0 on port 22", "Network", Severity.CRITICAL)
BUCKETS = ControlFace("s3_no_public_buckets", "No S3 buckets are publicly accessible", "Data Protection", Severity.HIGH)
RDS = ControlFace("rds_encryption_at_rest", "All RDS instances encrypted at rest", "Data Protection", Severity.HIGH)
TRIAL = ControlFace("own_trial", "A control on trial", "Other", Severity.LOW, Maturity.TRIAL)
FACES = (MFA, SSH, BUCKETS, RDS, TRIAL)
REMEDIES = {
    MFA.id: "Have the user register a passkey or an authenticator, or replace the user by federated sign-in.",
    SSH.id: "Narrow the rule's source to known addresses, or remove it and use Session Manager.",
}


def finding(
    face: ControlFace,
    status: Status,
    resource_id: str,
    reason: str,
    *,
    account_id: str = PRODUCTION,
    region: str = GLOBAL,
    error: tuple[str, str] | None = None,
) -> Finding:
    """Return a finding on a resource; `error` is the call and the code of an ERROR."""
    evidence = {"error": {"call": error[0], "code": error[1], "message": "", "region": region}} if error else {}
    return Finding(
        control_id=face.id,
        severity=face.severity,
        status=status,
        account_id=account_id,
        region=region,
        resource_type="AWS::Example::Resource",
        resource_id=resource_id,
        resource_arn=f"arn:aws:example:{region}:{account_id}:{resource_id}",
        shown=resource_id,
        reason=reason,
        observed_at=AT,
        evidence=evidence,
        blind=error is not None,
    )


def findings() -> list[Finding]:
    """Return the findings of the report."""
    users = [
        finding(MFA, Status.FAIL, f"user-{number:02}", f"user-{number:02} has no MFA device") for number in range(13)
    ]
    return [
        *users,
        finding(MFA, Status.PASS, "amira.haddad", "amira.haddad has 1 MFA device(s)"),
        finding(
            SSH, Status.FAIL, "sg-0a1b2c3d4e5f60718", "web admits SSH from ::/0", account_id=STAGING, region="eu-west-1"
        ),
        finding(SSH, Status.PASS, "sg-1", "office admits no SSH from the internet", region="us-east-1"),
        finding(
            BUCKETS,
            Status.ERROR,
            STAGING,
            "s3:ListBuckets failed: AccessDenied",
            account_id=STAGING,
            error=("s3:ListBuckets", "AccessDenied"),
        ),
        finding(
            RDS, Status.NOT_APPLICABLE, "docs", "docs runs docdb, which has controls of its own", region="eu-west-1"
        ),
        finding(RDS, Status.PASS, "orders", "orders is encrypted", region="eu-west-1"),
    ]


def hostile() -> Finding:
    """Return a finding whose resource would like to steer the terminal."""
    return finding(MFA, Status.FAIL, "\x1b[2J\u202eetihw", "[bold]x[/bold]\r\nnothing fails")


def report(found: list[Finding] | None = None, faces: tuple[ControlFace, ...] = FACES) -> ScanReport:
    """Return a report on `found`, or on the fixed findings."""
    found = findings() if found is None else found
    results = results_of(faces, [Seen(one) for one in found], {face.id: True for face in faces})
    return ScanReport(
        {"run_id": "20260306T120000000Z-00000000", "trigger": "scan"},
        scorecard(results, AT),
        found,
        {PRODUCTION: "production", STAGING: "staging"},
        REMEDIES,
    )
