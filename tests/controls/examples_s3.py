"""Buckets: examples of its controls."""

from raw_buckets import ALL_USERS, account, acl, block, bucket, policy, storage
from raw_examples import FAIL, PASS, Example, examples_of

EXAMPLES: list[Example] = [
    *examples_of(
        "s3_no_public_buckets",
        {
            "private": (PASS, lambda: storage(bucket())),
            "public policy": (FAIL, lambda: storage(bucket(policy_status=policy(public=True)))),
            "public ACL": (FAIL, lambda: storage(bucket(grants=acl(ALL_USERS)))),
            "overruled": (
                PASS,
                lambda: storage(
                    bucket(grants=acl(ALL_USERS), policy_status=policy(public=True)),
                    account(block("IgnorePublicAcls", "RestrictPublicBuckets")),
                ),
            ),
        },
    ),
]
