"""Buckets: examples of its controls."""

from raw_buckets import (
    ALL_USERS,
    SWITCHES,
    account,
    account_alone,
    acl,
    aging,
    block,
    bucket,
    encrypted_by,
    grant,
    locked,
    logging_to,
    only_tls,
    owned,
    policy,
    policy_text,
    storage,
)
from raw_examples import FAIL, NOT_APPLICABLE, PASS, Example, examples_of

PARTNER = {"AWS": "arn:aws:iam::111122223333:root"}

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
    *examples_of(
        "s3_account_block_public",
        {
            "all switches": (PASS, lambda: account_alone(block(*SWITCHES))),
            "one switch is off": (FAIL, lambda: account_alone(block(*SWITCHES[1:]))),
        },
    ),
    *examples_of(
        "s3_bucket_block_public",
        {
            "on the bucket": (PASS, lambda: storage(bucket(public_access_block=block(*SWITCHES)))),
            "half on the bucket, half on the account": (
                PASS,
                lambda: storage(bucket(public_access_block=block(*SWITCHES[:2])), account(block(*SWITCHES[2:]))),
            ),
            "nowhere": (FAIL, lambda: storage(bucket())),
        },
    ),
    *examples_of(
        "s3_access_logging",
        {
            "logged": (PASS, lambda: storage(bucket(log_target=logging_to("logs")))),
            "not logged": (FAIL, lambda: storage(bucket())),
        },
    ),
    *examples_of(
        "s3_acls_disabled",
        {
            "the owner owns all": (PASS, lambda: storage(bucket())),
            "the writer owns": (FAIL, lambda: storage(bucket(ownership_rules=owned("ObjectWriter")))),
        },
    ),
    *examples_of(
        "s3_default_encryption",
        {
            "keys of S3": (PASS, lambda: storage(bucket())),
            "no rule for it": (FAIL, lambda: storage(bucket(encryption_rules=encrypted_by("")))),
        },
    ),
    *examples_of(
        "s3_kms_encryption",
        {
            "a key of KMS": (PASS, lambda: storage(bucket(encryption_rules=encrypted_by("aws:kms")))),
            "keys of S3": (FAIL, lambda: storage(bucket())),
        },
    ),
    *examples_of(
        "s3_lifecycle",
        {
            "a rule": (PASS, lambda: storage(bucket(lifecycle_rules=aging("Disabled", "Enabled")))),
            "no rules": (FAIL, lambda: storage(bucket())),
        },
    ),
    *examples_of(
        "s3_mfa_delete",
        {
            "MFA": (PASS, lambda: storage(bucket(mfa_delete={"Status": "Enabled", "MFADelete": "Enabled"}))),
            "no MFA": (FAIL, lambda: storage(bucket(mfa_delete={"Status": "Enabled"}))),
            "lifecycle rules": (NOT_APPLICABLE, lambda: storage(bucket(lifecycle_rules=aging("Enabled")))),
        },
    ),
    *examples_of(
        "s3_object_lock",
        {
            "locked": (PASS, lambda: storage(bucket("audit-trail", object_lock=locked()))),
            "not locked": (FAIL, lambda: storage(bucket("audit-trail"))),
            "no records": (NOT_APPLICABLE, lambda: storage(bucket("website"))),
        },
    ),
    *examples_of(
        "s3_tls_only",
        {
            "refused": (PASS, lambda: storage(bucket(policy_document=policy_text(only_tls())))),
            "no policy": (FAIL, lambda: storage(bucket())),
            "another policy": (FAIL, lambda: storage(bucket(policy_document=policy_text(grant("*", "s3:GetObject"))))),
        },
    ),
    *examples_of(
        "s3_cross_account_policy",
        {
            "no policy": (PASS, lambda: storage(bucket())),
            "others may read": (PASS, lambda: storage(bucket(policy_document=policy_text(grant("*", "s3:GetObject"))))),
            "others may do all": (FAIL, lambda: storage(bucket(policy_document=policy_text(grant(PARTNER, "s3:*"))))),
        },
    ),
    *examples_of(
        "s3_versioning",
        {
            "versions": (PASS, lambda: storage(bucket(versioning_status={"Status": "Enabled"}))),
            "none": (FAIL, lambda: storage(bucket())),
            "suspended": (FAIL, lambda: storage(bucket(versioning_status={"Status": "Suspended"}))),
        },
    ),
]
