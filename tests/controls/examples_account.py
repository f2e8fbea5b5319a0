"""The account, its organization and its analyzers: examples of the controls over them."""

from raw_account_settings import NO_CONTACT, analyzed, analyzer, contacts
from raw_examples import FAIL, PASS, Example, examples_of
from raw_iam_account import NO_ORGANIZATION, member, organization

EXAMPLES: list[Example] = [
    *examples_of(
        "account_contact_details",
        {
            "complete": (PASS, lambda: contacts()),
            "no phone number": (FAIL, lambda: contacts(PhoneNumber=None)),
        },
    ),
    *examples_of(
        "account_security_contact",
        {
            "a mailbox": (PASS, lambda: contacts()),
            "none": (FAIL, lambda: contacts(security=NO_CONTACT)),
        },
    ),
    *examples_of(
        "account_in_organization",
        {
            "all features": (PASS, lambda: member(organization())),
            "bills only": (FAIL, lambda: member(organization("CONSOLIDATED_BILLING"))),
            "alone": (FAIL, lambda: member(NO_ORGANIZATION)),
        },
    ),
    *examples_of(
        "access_analyzer_enabled",
        {
            "one": (PASS, lambda: analyzed(analyzer())),
            "none": (FAIL, lambda: analyzed()),
        },
    ),
]
