"""Inspector: responses read for secrets."""

SERVICE = "inspector2"
OPERATIONS = ("batch_get_account_status",)
