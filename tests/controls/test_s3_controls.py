"""How buckets keep what they hold: the tricky cases, reasons, and what is missing or broken."""

import pytest
from raw_buckets import (
    NO_ACCOUNT_BLOCK,
    NO_ENCRYPTION,
    NO_LIFECYCLE,
    NO_OWNERSHIP,
    SWITCHES,
    account,
    account_alone,
    aging,
    block,
    bucket,
    encrypted_by,
    locked,
    logging_to,
    owned,
    storage,
)
from raw_documents import Raw, control, denied

from ccm_engine.core.document import Document, Failure
from ccm_engine.core.vocabulary import Status

PASS, FAIL, NOT_APPLICABLE, ERROR = Status.PASS, Status.FAIL, Status.NOT_APPLICABLE, Status.ERROR


def _told(control_id: str, held: Document, *others: Document) -> tuple[Status, str]:
    finding = storage(held, None, *others).judge(control_id)[0]
    return finding.status, finding.reason


@pytest.mark.parametrize(
    ("told", "status", "reason"),
    [
        (block(*SWITCHES), PASS, "the account's public access block is on in full"),
        (block("BlockPublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), FAIL, "IgnorePublicAcls"),
        ({"PublicAccessBlockConfiguration": {}}, FAIL, ", ".join(SWITCHES)),
        (NO_ACCOUNT_BLOCK, FAIL, ", ".join(SWITCHES)),
        (denied("s3control:GetPublicAccessBlock"), ERROR, "AccessDenied"),
        ({"PublicAccessBlockConfiguration": {"BlockPublicAcls": "true"}}, ERROR, "MalformedResponse"),
    ],
)
def test_the_block_of_the_account(told: Raw | Failure, status: Status, reason: str) -> None:
    finding = account_alone(told).judge_one("s3_account_block_public")
    assert (finding.status, finding.resource_id) == (status, "123456789012")
    assert finding.reason.endswith(reason)


def test_the_blocks_of_bucket_and_account_add_up() -> None:
    held, of_account = bucket(public_access_block=block(*SWITCHES[:2])), account(block(SWITCHES[2]))
    finding = storage(held, of_account).judge_one("s3_bucket_block_public")
    assert finding.reason == "neither records nor the account turns on RestrictPublicBuckets"


@pytest.mark.parametrize(
    ("asked", "others", "status", "reason"),
    [
        (logging_to("logs"), [], PASS, "records logs requests to logs"),
        ({}, [bucket("web")], FAIL, "records does not log the requests made to it"),
        ({}, [bucket("web", log_target=logging_to("records"))], PASS, "records holds the access log of web"),
        ({}, [bucket("web", log_target=logging_to("records-2"))], FAIL, "records does not log the requests made to it"),
        (denied("s3:GetBucketLogging"), [], ERROR, "s3:GetBucketLogging failed in us-east-1: AccessDenied"),
        # Whether it holds the log of a bucket that does not tell, nobody knows.
        (
            {},
            [bucket("web", log_target=denied("s3:GetBucketLogging"))],
            ERROR,
            "s3:GetBucketLogging failed in us-east-1: AccessDenied",
        ),
    ],
)
def test_access_logging(asked: Raw | Failure, others: list[Document], status: Status, reason: str) -> None:
    assert _told("s3_access_logging", bucket(log_target=asked), *others) == (status, reason)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (owned("BucketOwnerEnforced"), PASS),
        (owned("BucketOwnerPreferred"), FAIL),
        (owned("ObjectWriter"), FAIL),
        (NO_OWNERSHIP, FAIL),
        ({"OwnershipControls": {"Rules": []}}, FAIL),
        ({}, ERROR),
        ({"OwnershipControls": {"Rules": [{}]}}, ERROR),
        (denied("s3:GetBucketOwnershipControls"), ERROR),
    ],
)
def test_acls(asked: Raw | Failure, status: Status) -> None:
    assert _told("s3_acls_disabled", bucket(ownership_rules=asked))[0] is status


@pytest.mark.parametrize(
    ("asked", "by_anything", "by_kms"),
    [
        (encrypted_by("AES256"), PASS, FAIL),
        (encrypted_by("aws:kms"), PASS, PASS),
        (encrypted_by("aws:kms:dsse"), PASS, PASS),
        (encrypted_by("", "aws:kms"), PASS, PASS),
        (encrypted_by("ROT13"), FAIL, FAIL),
        (NO_ENCRYPTION, FAIL, FAIL),
        ({}, ERROR, ERROR),
        (denied("s3:GetBucketEncryption"), ERROR, ERROR),
    ],
)
def test_encryption(asked: Raw | Failure, by_anything: Status, by_kms: Status) -> None:
    held = bucket(encryption_rules=asked)
    told = [_told(one, held)[0] for one in ("s3_default_encryption", "s3_kms_encryption")]
    assert told == [by_anything, by_kms]


def test_the_reason_names_what_encrypts() -> None:
    assert _told("s3_kms_encryption", bucket())[1] == "records encrypts new objects by AES256, not by a KMS key"
    without = bucket(encryption_rules=NO_ENCRYPTION)
    assert _told("s3_kms_encryption", without)[1] == "records encrypts new objects by nothing, not by a KMS key"


@pytest.mark.parametrize(
    ("asked", "status", "reason"),
    [
        (aging("Enabled"), PASS, "records has a lifecycle rule in force"),
        (aging("Disabled", "Disabled"), FAIL, "all lifecycle rules of records are disabled"),
        (NO_LIFECYCLE, FAIL, "records has no lifecycle rules"),
        ({}, ERROR, "s3:GetBucketLifecycleConfiguration failed in eu-west-1: MalformedResponse"),
        (
            denied("s3:GetLifecycleConfiguration"),
            ERROR,
            "s3:GetLifecycleConfiguration failed in us-east-1: AccessDenied",
        ),
    ],
)
def test_lifecycle(asked: Raw | Failure, status: Status, reason: str) -> None:
    assert _told("s3_lifecycle", bucket(lifecycle_rules=asked)) == (status, reason)


@pytest.mark.parametrize(
    ("versioning", "lifecycle", "status"),
    [
        ({"Status": "Enabled", "MFADelete": "Enabled"}, NO_LIFECYCLE, PASS),
        ({"Status": "Enabled", "MFADelete": "Disabled"}, NO_LIFECYCLE, FAIL),
        ({}, NO_LIFECYCLE, FAIL),
        ({"Status": "Enabled"}, aging("Disabled"), NOT_APPLICABLE),
        ({"Status": "Enabled", "MFADelete": "Enabled"}, aging("Enabled"), PASS),
        ({"Status": "Enabled"}, denied("s3:GetLifecycleConfiguration"), ERROR),
        ({"Status": "Enabled", "MFADelete": True}, NO_LIFECYCLE, ERROR),
    ],
)
def test_mfa_delete(versioning: Raw, lifecycle: Raw | Failure, status: Status) -> None:
    assert _told("s3_mfa_delete", bucket(mfa_delete=versioning, lifecycle_rules=lifecycle))[0] is status


@pytest.mark.parametrize(
    ("name", "patterns", "status"),
    [
        ("my-audit-log", "*audit*", FAIL),
        ("website", "*audit*", NOT_APPLICABLE),
        ("website", "*audit*, web*", FAIL),
        ("website", "*", FAIL),
        ("website", "", NOT_APPLICABLE),
    ],
)
def test_which_buckets_need_object_lock_is_a_setting(name: str, patterns: str, status: Status) -> None:
    estate = storage(bucket(name))
    assert estate.judge_one("s3_object_lock", name_patterns=patterns).status is status
    assert control("s3_object_lock").settings == {"name_patterns": "*audit*,*archive*,*backup*,*trail*"}


@pytest.mark.parametrize(
    ("asked", "status"),
    [(locked(), PASS), (locked(""), FAIL), ({"ObjectLockConfiguration": {}}, ERROR), (denied("s3:X"), ERROR)],
)
def test_object_lock(asked: Raw | Failure, status: Status) -> None:
    assert _told("s3_object_lock", bucket("backup-7", object_lock=asked))[0] is status


@pytest.mark.parametrize(
    ("asked", "status", "reason"),
    [
        ({"Status": "Enabled"}, PASS, "records keeps versions"),
        ({"Status": "Suspended"}, FAIL, "records keeps no new versions: versioning is suspended"),
        ({}, FAIL, "records keeps no versions"),
        (denied("s3:GetBucketVersioning"), ERROR, "s3:GetBucketVersioning failed in us-east-1: AccessDenied"),
    ],
)
def test_versioning(asked: Raw | Failure, status: Status, reason: str) -> None:
    assert _told("s3_versioning", bucket(versioning_status=asked)) == (status, reason)
