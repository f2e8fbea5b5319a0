"""Free-form controls: a class with a `run` that asks the cloud itself.

For what a pure function of resources cannot say. Its evidence is what it reports; it cannot be replayed.
"""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from ccm_engine.core.vocabulary import Category, Maturity, Scope, Severity, Status

CheckStatus = Status
"""What a free-form control answers with."""

ClientMaker = Callable[..., Any]
CLIENTS: ContextVar[ClientMaker] = ContextVar("clients")
"""Makes clients for the account and region that is being judged; set while a check runs."""


@dataclass(frozen=True)
class CheckResult:
    """What one run of a check found. `details` (a JSON object) is kept as evidence."""

    check_id: str
    status: Status
    message: str
    details: Mapping[str, Any] = field(default_factory=dict)


class BaseCheck(ABC):
    """A control of one's own in free form. Subclasses take no arguments.

    `scope` ACCOUNT runs it once for an account, REGION once for each region. `actions` are the IAM actions
    it needs, for `ccm policy`.
    """

    def __init__(
        self,
        check_id: str,
        check_name: str,
        description: str,
        *,
        severity: Severity | str = Severity.MEDIUM,
        category: Category | str = Category.OTHER,
        scope: Scope | str = Scope.ACCOUNT,
        actions: tuple[str, ...] = (),
        maps_to: tuple[str, ...] = (),
        remedy: str = "",
        maturity: Maturity | str = Maturity.STABLE,
    ) -> None:
        self.check_id = check_id
        self.check_name = check_name
        self.description = description
        self.severity = Severity(severity)
        self.category = Category(category)
        self.scope = Scope(scope)
        self.actions = tuple(actions)
        self.maps_to = tuple(maps_to)
        self.remedy = remedy
        self.maturity = Maturity(maturity)

    @abstractmethod
    def run(self) -> CheckResult | Awaitable[CheckResult]:
        """Ask the cloud and return `self.create_result(…)`. May be `def` or `async def`.

        Threads of its own may use the clients that it made before. A client that such a thread makes by
        `boto3.client` is the engine's own account's.
        """

    def create_result(self, status: Status, message: str, **details: Any) -> CheckResult:
        """Return a result of this check; keyword arguments become its evidence."""
        return CheckResult(self.check_id, Status(status), message, details)

    def client(self, service: str, **options: Any) -> Any:
        """Return a boto3 client for the account and region that is being judged."""
        return CLIENTS.get()(service, **options)
