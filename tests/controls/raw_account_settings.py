"""The account's contacts and analyzers, as AWS describes them."""

from typing import Any

from raw_documents import US, Estate, Raw, denied, document

from ccm_engine.core.document import Failure
from ccm_engine.core.vocabulary import GLOBAL
from ccm_engine.resources.aws.accessanalyzer import AnalyzersOfRegion
from ccm_engine.resources.aws.contacts import AccountContacts

NO_CONTACT = denied("account:GetAlternateContact", "ResourceNotFoundException")
OWNER: dict[str, str | None] = {
    "FullName": "Ann Example",
    "AddressLine1": "1 Main St",
    "City": "Berlin",
    "PostalCode": "10115",
    "CountryCode": "DE",
    "PhoneNumber": "+4930123456",
}
SECURITY = {
    "Name": "Security team",
    "Title": "Security",
    "EmailAddress": "security@example.com",
    "PhoneNumber": "+4930123456",
    "AlternateContactType": "SECURITY",
}


def contacts(owner: Raw | Failure | None = None, security: Raw | Failure = SECURITY, **changed: str | None) -> Estate:
    """Return an account with these contacts; `changed` are members of OWNER, or of what is given for it."""
    told: Raw | Failure
    if isinstance(owner, Failure):
        told = owner
    else:
        whole = {**(OWNER if owner is None else owner), **changed}
        told = {"ContactInformation": {name: value for name, value in whole.items() if value is not None}}
    alternate = security if isinstance(security, Failure) else {"AlternateContact": security}
    answers: dict[str, Raw | Failure] = {"contact_information": told, "security_contact": alternate}
    return Estate().add(AccountContacts, document(AccountContacts, {}, answers, GLOBAL))


def analyzer(kind: str = "ACCOUNT", status: str = "ACTIVE", *, name: str = "external") -> dict[str, Any]:
    """Return an analyzer."""
    arn = f"arn:aws:access-analyzer:us-east-1:123456789012:analyzer/{name}"
    return {"arn": arn, "name": name, "type": kind, "status": status}


def analyzed(*analyzers: Raw, regions: tuple[str, ...] = (US,)) -> Estate:
    """Return an account with these analyzers in the first region and none elsewhere."""
    found = [
        document(AnalyzersOfRegion, {}, {"analyzers": {"analyzers": list(analyzers) if place == 0 else []}}, region)
        for place, region in enumerate(regions)
    ]
    return Estate(*regions).add(AnalyzersOfRegion, *found)
