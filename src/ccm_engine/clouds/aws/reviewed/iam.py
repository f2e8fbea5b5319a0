"""IAM: responses read for secrets. The seed and QR code of a virtual MFA device are marked by botocore's model."""

SERVICE = "iam"
OPERATIONS = (
    "generate_credential_report",
    "get_access_key_last_used",
    "get_account_authorization_details",
    "get_account_password_policy",
    "get_account_summary",
    "get_credential_report",
    "get_login_profile",
    "list_access_keys",
    "list_entities_for_policy",
    "list_mfa_devices",
    "list_open_id_connect_providers",
    "list_organizations_features",
    "list_saml_providers",
    "list_server_certificates",
    "list_users",
    "list_virtual_mfa_devices",
)
VOLATILE = {
    "get_account_authorization_details": ("InstanceProfileList.Roles.RoleLastUsed", "RoleLastUsed"),
    "list_users": ("PasswordLastUsed",),
    "list_virtual_mfa_devices": ("VirtualMFADevices.User.PasswordLastUsed",),
}
