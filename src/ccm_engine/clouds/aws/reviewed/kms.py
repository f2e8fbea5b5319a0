"""KMS: responses read for secrets."""

SERVICE = "kms"
OPERATIONS = (
    "describe_key",
    "get_key_policy",
    "get_key_rotation_status",
    "list_keys",
)
VOLATILE = {
    "get_key_rotation_status": ("NextRotationDate",),
}
