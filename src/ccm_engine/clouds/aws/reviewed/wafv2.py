"""WAF: responses read for secrets."""

SERVICE = "wafv2"
OPERATIONS = (
    "list_resources_for_web_acl",
    "list_web_acls",
)
VOLATILE = {
    "list_web_acls": ("LockToken",),
}
