"""Account management: responses read for secrets. Names, addresses and numbers are marked by botocore's model."""

SERVICE = "account"
OPERATIONS = (
    "get_alternate_contact",
    "get_contact_information",
)
