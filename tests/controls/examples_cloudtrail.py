"""Trails: examples of its controls."""

from raw_buckets import ALL_USERS, account, acl, bucket, logging_to
from raw_documents import Estate
from raw_examples import FAIL, NOT_APPLICABLE, PASS, Example, examples_of
from raw_trails import MANAGEMENT, advanced, audited, basic, silent, trail, where
from raw_watches import feeding

from ccm_engine.core.document import Document
from ccm_engine.resources.aws.cloudtrail import Trail
from ccm_engine.resources.aws.s3 import AccountS3, Bucket

ORGANIZATION = "111122223333"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
EVERY_OBJECT = ["arn:aws:s3"]


def only(one: Document) -> Estate:
    """Return an account with one trail."""
    return Estate().add(Trail, one)


def filed(held: Document, *trails: Document) -> Estate:
    """Return an account with a bucket and trails, by default one that delivers to it."""
    estate = Estate().add(Bucket, held).add(AccountS3, account())
    return estate.add(Trail, *(trails or [trail(S3BucketName=held.item["Name"])]))


EXAMPLES: list[Example] = [
    *examples_of(
        "cloudtrail_all_regions",
        {
            "a good trail": (PASS, lambda: audited(trail(selectors=[basic()]))),
            "no trail": (FAIL, lambda: audited()),
            "stopped": (FAIL, lambda: audited(trail(logging=False))),
            "reads only": (
                FAIL,
                lambda: audited(trail(advanced_selectors=[advanced(MANAGEMENT, where("readOnly", "true"))])),
            ),
        },
    ),
    *examples_of(
        "cloudtrail_kms",
        {
            "encrypted": (PASS, lambda: only(trail(KmsKeyId=KEY))),
            "not encrypted": (FAIL, lambda: only(trail())),
            "the organization's": (NOT_APPLICABLE, lambda: only(trail(owner=ORGANIZATION))),
        },
    ),
    *examples_of(
        "cloudtrail_log_validation",
        {
            "validated": (PASS, lambda: only(trail())),
            "not validated": (FAIL, lambda: only(trail(LogFileValidationEnabled=False))),
            "the organization's": (
                NOT_APPLICABLE,
                lambda: only(trail(owner=ORGANIZATION, LogFileValidationEnabled=False)),
            ),
        },
    ),
    *examples_of(
        "cloudtrail_cloudwatch",
        {
            "delivering": (PASS, lambda: only(feeding())),
            "no log group": (FAIL, lambda: only(trail())),
            "silent for two days": (FAIL, lambda: only(silent(feeding(), hours=48))),
            "the organization's": (NOT_APPLICABLE, lambda: only(trail(owner=ORGANIZATION))),
        },
    ),
    *examples_of(
        "cloudtrail_s3_read_events",
        {
            "all events": (PASS, lambda: audited(trail(selectors=[basic(objects=EVERY_OBJECT)]))),
            "writes only": (FAIL, lambda: audited(trail(selectors=[basic("WriteOnly", objects=EVERY_OBJECT)]))),
            "management events only": (FAIL, lambda: audited(trail())),
        },
    ),
    *examples_of(
        "cloudtrail_s3_write_events",
        {
            "all events": (PASS, lambda: audited(trail(selectors=[basic(objects=EVERY_OBJECT)]))),
            "reads only": (FAIL, lambda: audited(trail(selectors=[basic("ReadOnly", objects=EVERY_OBJECT)]))),
            "management events only": (FAIL, lambda: audited(trail())),
        },
    ),
    *examples_of(
        "cloudtrail_bucket_logging",
        {
            "logged": (PASS, lambda: filed(bucket(log_target=logging_to("access-logs")))),
            "not logged": (FAIL, lambda: filed(bucket())),
            "logged into itself": (FAIL, lambda: filed(bucket(log_target=logging_to("records")))),
            "no trail's": (NOT_APPLICABLE, lambda: filed(bucket(), trail())),
        },
    ),
    *examples_of(
        "cloudtrail_bucket_not_public",
        {
            "private": (PASS, lambda: filed(bucket())),
            "public": (FAIL, lambda: filed(bucket(grants=acl(ALL_USERS)))),
            "no trail's": (NOT_APPLICABLE, lambda: filed(bucket(grants=acl(ALL_USERS)), trail())),
        },
    ),
]
