"""AWS can reach the owner."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.contacts import AccountContacts


@control(
    title="Account has contact details",
    severity=Severity.LOW,
    category=Category.GOVERNANCE,
    remedy="Fill in name, phone number and address in the account settings, and see that they are current.",
)
def account_contact_details(account: AccountContacts) -> Verdict:
    """When AWS sees the account abused, it calls this number. Whether it is current only a person can say."""
    contact = account.contact_information
    if contact is None:
        return failed("the account has no contact details")
    if missing := contact.missing():
        return failed(f"the contact details have no {', '.join(missing)}")
    return passed("the contact details have a name, a phone number and an address")
