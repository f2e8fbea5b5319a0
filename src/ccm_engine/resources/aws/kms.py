"""KMS: keys, the account's own and those AWS keeps for its services."""

from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Exactly, Resource, ask
from ccm_engine.resources.aws.policy_document import PolicyDocument

DOOMED = ("PendingDeletion", "PendingReplicaDeletion")
# Keys whose rotation AWS does not tell: those of another store, imported ones, and those about to be deleted.
WITHOUT_ROTATION = ("UnsupportedOperationException", "KMSInvalidStateException")


class Key(Resource):
    """A key that encrypts, signs or authenticates."""

    type = "AWS::KMS::Key"
    listed_by = Call("kms", "list_keys", "Keys")

    id: str = at("KeyId")
    arn: str = at("KeyArn")
    manager: str = ask("describe_key", "KeyMetadata.KeyManager", KeyId="KeyId")
    key_state: str = ask("describe_key", "KeyMetadata.KeyState", KeyId="KeyId")
    key_spec: str = ask("describe_key", "KeyMetadata.KeySpec", KeyId="KeyId")
    key_origin: str = ask("describe_key", "KeyMetadata.Origin", KeyId="KeyId")
    replica_of: str | None = ask(
        "describe_key", "KeyMetadata.MultiRegionConfiguration.MultiRegionKeyType", KeyId="KeyId"
    )
    rotated_yearly: bool = ask(
        "get_key_rotation_status", "KeyRotationEnabled", default=False, absent=WITHOUT_ROTATION, KeyId="KeyId"
    )
    key_policy: PolicyDocument = ask("get_key_policy", "Policy", KeyId="KeyId", PolicyName=Exactly("default"))

    def is_of_aws(self) -> bool:
        """Whether AWS keeps it for one of its services."""
        return self.manager == "AWS"

    def is_doomed(self) -> bool:
        """Whether it waits for its deletion."""
        return self.key_state in DOOMED

    def opened_by(self) -> str:
        """Return the statement of its policy that lets anyone in, empty when none does."""
        return self.key_policy.grants_everyone()

    def cannot_rotate(self) -> str:
        """Return why KMS does not rotate such a key by itself, empty when it can."""
        reasons = {
            "AWS keeps it": self.is_of_aws(),
            f"its state is {self.key_state}": self.key_state != "Enabled",
            f"its kind is {self.key_spec}": self.key_spec != "SYMMETRIC_DEFAULT",
            f"its material comes from {self.key_origin}": self.key_origin != "AWS_KMS",
            "it is a replica, rotated with its primary": self.replica_of == "REPLICA",
        }
        return next((reason for reason, holds in reasons.items() if holds), "")
