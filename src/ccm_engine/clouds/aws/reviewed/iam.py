"""IAM: responses read for secrets."""

SERVICE = "iam"
OPERATIONS = (
    "get_account_summary",
    "list_mfa_devices",
    "list_users",
)
VOLATILE = {
    "list_users": ("PasswordLastUsed",),
}
