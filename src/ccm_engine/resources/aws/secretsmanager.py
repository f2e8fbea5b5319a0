"""Secrets Manager: secrets, never their values."""

from datetime import datetime, timedelta

from ccm_engine.core.document import Failure, UnreadableError
from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource, ask
from ccm_engine.resources.aws.policy_document import PolicyDocument


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
    # Where a schedule expression rules, AWS tells no days.
    rotates_next_on: datetime | None = at("NextRotationDate")
    rotated_on: datetime | None = at("LastRotatedDate")
    made_on: datetime = at("CreatedDate")
    # To the day only; absent when it was never fetched.
    fetched_on: datetime | None = at("LastAccessedDate")
    secret_policy: PolicyDocument | None = ask("get_resource_policy", "ResourcePolicy", SecretId="ARN")

    def opened_by(self) -> str:
        """Return the statement of its policy that lets anyone in, empty when none does."""
        return self.secret_policy.grants_everyone() if self.secret_policy else ""

    def rotation_is_late(self, now: datetime) -> bool:
        """Whether it should have rotated by now, by the days of its rule or else by AWS's own date for the next time.

        A rule counts whole days, so a day more is granted. Raises UnreadableError where AWS tells neither.
        """
        if self.rotated_every_days is not None:
            due = (self.rotated_on or self.made_on) + timedelta(days=self.rotated_every_days)
        elif self.rotates_next_on is not None:
            due = self.rotates_next_on
        else:
            told = f"{self.id} has neither days nor a date of its next rotation"
            raise UnreadableError(Failure("secretsmanager:ListSecrets", "NoRotationDate", told, self.region))
        return now > due + timedelta(days=1)

    def idle_days(self, now: datetime) -> int:
        """Return for how many days nobody has fetched it, since it was made where nobody ever did."""
        return (now - max(self.fetched_on or self.made_on, self.made_on)).days
