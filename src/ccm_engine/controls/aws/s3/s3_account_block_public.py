"""The account blocks public access to all its buckets."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.s3 import AccountS3, switches_off


@control(
    title="S3 public access is blocked for the whole account",
    severity=Severity.MEDIUM,
    category=Category.DATA_PROTECTION,
    security_hub=("S3.1",),
    remedy="Turn on all four switches of the account's public access block.",
)
def s3_account_block_public(account: AccountS3) -> Verdict:
    """One switch here covers every bucket, also those that somebody makes tomorrow."""
    off = switches_off([account.public_access_block])
    if off:
        return failed(f"the account's public access block leaves off {off}")
    return passed("the account's public access block is on in full")
