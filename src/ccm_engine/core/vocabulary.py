"""The few words everything else is said in."""

from enum import StrEnum


class Severity(StrEnum):
    """How bad a failure is; the weight is what a control counts in the score."""

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"

    @property
    def weight(self) -> int:
        """4 for CRITICAL down to 1 for LOW."""
        return _WEIGHTS[self]


_WEIGHTS = {Severity.CRITICAL: 4, Severity.HIGH: 3, Severity.MEDIUM: 2, Severity.LOW: 1}


class Category(StrEnum):
    """What part of security a control is about."""

    IDENTITY = "Identity"
    DATA_PROTECTION = "Data Protection"
    AUDIT_LOGGING = "Audit & Logging"
    NETWORK = "Network"
    GOVERNANCE = "Governance"
    THREAT_DETECTION = "Threat Detection"
    COMPUTE = "Compute"
    RESILIENCE = "Resilience"
    OTHER = "Other"


class Status(StrEnum):
    """A verdict on one resource, or a control's status over many."""

    PASS = "PASS"  # noqa: S105 - a verdict, no password
    FAIL = "FAIL"
    ERROR = "ERROR"
    NOT_APPLICABLE = "NOT_APPLICABLE"

    @property
    def judged(self) -> bool:
        """Whether this is a verdict at all: ERROR says that there is none."""
        return self is not Status.ERROR


class Scope(StrEnum):
    """Where a resource lives: once in an account, or in each of its regions."""

    ACCOUNT = "ACCOUNT"
    REGION = "REGION"


class Maturity(StrEnum):
    """A trial control is shown and not scored."""

    STABLE = "stable"
    TRIAL = "trial"


GLOBAL = "global"
"""The region of what has none."""
