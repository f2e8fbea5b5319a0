"""Disks and snapshots: examples of their controls."""

from raw_documents import Estate
from raw_examples import FAIL, PASS, Example, examples_of
from raw_instances import holding
from raw_storage import settings, shared_snapshot, volume

from ccm_engine.resources.aws.ebs import EbsSettings, SharedSnapshot, Volume


def shared(block: str) -> Estate:
    """Return an account with a snapshot that everyone may restore, where the region blocks so much."""
    return Estate().add(SharedSnapshot, shared_snapshot()).add(EbsSettings, settings(block=block))


EXAMPLES: list[Example] = [
    *examples_of(
        "ebs_default_encryption",
        {
            "on": (PASS, lambda: holding(EbsSettings, settings(encrypts=True))),
            "off": (FAIL, lambda: holding(EbsSettings, settings(encrypts=False))),
        },
    ),
    *examples_of(
        "ebs_snapshot_block_public",
        {
            "all": (PASS, lambda: holding(EbsSettings, settings(block="block-all-sharing"))),
            "new only": (FAIL, lambda: holding(EbsSettings, settings(block="block-new-sharing"))),
            "nothing": (FAIL, lambda: holding(EbsSettings, settings(block="unblocked"))),
        },
    ),
    *examples_of(
        "ebs_no_public_snapshots",
        {
            "overruled by the region": (PASS, lambda: shared("block-all-sharing")),
            "public": (FAIL, lambda: shared("unblocked")),
        },
    ),
    *examples_of(
        "ebs_volume_encrypted",
        {
            "encrypted": (PASS, lambda: holding(Volume, volume())),
            "not encrypted": (FAIL, lambda: holding(Volume, volume(encrypted=False))),
        },
    ),
]
