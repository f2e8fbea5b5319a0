"""Evidence: a document as it was collected, or a page that names the documents of an account."""

from typing import Any

from pydantic import Field

from ccm_engine.api.models.shape import ACCOUNT, AccountId, Json, Shape, shown

DOCUMENT: Json = {
    "account": ACCOUNT,
    "answers": {"list_mfa_devices": {"MFADevices": []}},
    "item": {"Arn": "arn:aws:iam::123456789012:user/dev-user", "UserName": "dev-user"},
    "kind": "aws.iam.User",
    "region": "global",
}


class EvidenceDocument(Shape):
    """One resource as the cloud told it, without secrets. Its canonical JSON has the digest it is named by."""

    model_config = shown(DOCUMENT)

    kind: str = Field(description="What it is, by the engine's own name.")
    account: AccountId
    region: str = Field(description="A region, or `global`.")
    item: Json | None = Field(description="Its member of the listing.")
    above: Any = Field(default=None, description="What is read of the resource it was listed under.")
    answers: Json = Field(description="What was asked about it besides, by call; or the error's code.")


class ManifestPage(Shape):
    """Some of the resources of an account as its daily full manifest holds them."""

    model_config = shown({"manifest": [["aws.iam.User|global|dev-user", f"sha256:{'0' * 64}"]]})

    manifest: list[tuple[str, str]] = Field(description="Resources by their key, each with its document's digest.")
