"""Whom AWS writes to about the account. Evidence says that something is there, never what."""

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import ACCOUNT, Exactly, One, ask
from ccm_engine.resources.aws.account import Account


class ContactInformation(Part):
    """The account's own contact."""

    full_name: str = at("FullName", default="", secret=True)
    phone: str = at("PhoneNumber", default="", secret=True)
    street: str = at("AddressLine1", default="", secret=True)
    city: str = at("City", default="", secret=True)
    country: str = at("CountryCode", default="", secret=True)

    def missing(self) -> list[str]:
        """Return what it lacks (`phone number`)."""
        told = {"name": self.full_name, "phone number": self.phone, "street": self.street, "city": self.city}
        told["country"] = self.country
        return [what for what, value in told.items() if not value.strip()]


class AlternateContact(Part):
    """A further contact, for one purpose."""

    email: str = at("EmailAddress", default="", secret=True)


class AccountContacts(Account):
    """The account's contacts; None: there is none."""

    listed_by = One("account", scope=ACCOUNT)

    contact_information: ContactInformation | None = ask(
        "get_contact_information", "ContactInformation", absent=("ResourceNotFoundException",)
    )
    security_contact: AlternateContact | None = ask(
        "get_alternate_contact",
        "AlternateContact",
        absent=("ResourceNotFoundException",),
        AlternateContactType=Exactly("SECURITY"),
    )
