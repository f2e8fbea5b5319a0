"""AWS can reach the security team."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.contacts import AccountContacts


@control(
    title="Account has a security contact",
    severity=Severity.MEDIUM,
    category=Category.GOVERNANCE,
    security_hub=("Account.1",),
    remedy="Add an alternate contact for security in the account settings: a mailbox that several people read.",
)
def account_security_contact(account: AccountContacts) -> Verdict:
    """AWS's warnings otherwise go to the root user's mailbox, which often nobody reads."""
    contact = account.security_contact
    if contact is None:
        return failed("the account has no security contact")
    if not contact.email.strip():
        return failed("the security contact has no e-mail address")
    return passed("the account has a security contact")
