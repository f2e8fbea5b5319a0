"""Secrets Manager: secrets, never their values."""

from datetime import datetime, timedelta

from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource, ask
from ccm_engine.resources.aws.policy_document import PolicyDocument

WITHOUT_SCHEDULE = 365
"""Days within which a rotation by a schedule expression must have happened: the longest AWS takes is 999."""


class Secret(Resource):
    """A secret: its name and dates; the value is never asked for."""

    type = "AWS::SecretsManager::Secret"
    listed_by = Call("secretsmanager", "list_secrets", "SecretList")

    id: str = at("Name")
    arn: str = at("ARN")
    # A service that made a secret for itself (RDS, say) rotates it too.
    owned_by_service: str | None = at("OwningService")
    rotates: bool = at("RotationEnabled", default=False)
    rotated_every_days: int | None = at("RotationRules.AutomaticallyAfterDays")
    rotated_on: datetime | None = at("LastRotatedDate")
    made_on: datetime = at("CreatedDate")
    # To the day only; absent when it was never fetched.
    fetched_on: datetime | None = at("LastAccessedDate")
    secret_policy: PolicyDocument | None = ask("get_resource_policy", "ResourcePolicy", SecretId="ARN")

    def opened_by(self) -> str:
        """Return the statement of its policy that lets anyone in, empty when none does."""
        return self.secret_policy.grants_everyone() if self.secret_policy else ""

    def rotation_is_late(self, now: datetime) -> bool:
        """Whether its last rotation (its making, before the first) is longer ago than its rule allows.

        A rule counts whole days, so a day more is granted.
        """
        days = self.rotated_every_days or WITHOUT_SCHEDULE
        return now - (self.rotated_on or self.made_on) > timedelta(days=days + 1)

    def idle_days(self, now: datetime) -> int:
        """Return for how many days nobody has fetched it, since it was made where nobody ever did."""
        return (now - max(self.fetched_on or self.made_on, self.made_on)).days
