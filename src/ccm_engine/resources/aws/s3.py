"""S3: buckets, what makes one public, and how it keeps what it holds.

AWS's own analysis (GetBucketPolicyStatus) says whether a policy is public; a public access block of the
bucket or of the account overrules it. See "Blocking public access to your Amazon S3 storage" in AWS's manual.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import ACCOUNT, ACCOUNT_ID, Call, One, Resource, ask, named
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.policy_conditions import comparisons
from ccm_engine.resources.aws.policy_document import PolicyDocument, Statement

EVERYONE = "http://acs.amazonaws.com/groups/global/AllUsers"
ANY_AWS_USER = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
NO_BLOCK = ("NoSuchPublicAccessBlockConfiguration",)
ENABLED = "Enabled"
# What a bucket can encrypt new objects by: keys of S3's own, of KMS, and two layers with a key of KMS.
KMS_ENCRYPTION = ("aws:kms", "aws:kms:dsse")
ENCRYPTION = ("AES256", *KMS_ENCRYPTION)

# With one of these an outsider can open the bucket, or the objects in it, to others or lock its owner out.
OWNERS_ACTIONS = (
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutEncryptionConfiguration",
    "s3:PutObjectAcl",
)


class PublicAccessBlock(Part):
    """Switches that overrule what policies and ACLs grant to the public; what is missing is off."""

    block_public_acls: bool = at("BlockPublicAcls", default=False)
    ignore_public_acls: bool = at("IgnorePublicAcls", default=False)
    block_public_policy: bool = at("BlockPublicPolicy", default=False)
    restrict_public_buckets: bool = at("RestrictPublicBuckets", default=False)


def switches_off(blocks: Iterable[PublicAccessBlock | None]) -> str:
    """Return the switches that none of the blocks turns on (`BlockPublicAcls, IgnorePublicAcls`), empty when none."""
    given = [block for block in blocks if block]
    told = {
        "BlockPublicAcls": any(block.block_public_acls for block in given),
        "IgnorePublicAcls": any(block.ignore_public_acls for block in given),
        "BlockPublicPolicy": any(block.block_public_policy for block in given),
        "RestrictPublicBuckets": any(block.restrict_public_buckets for block in given),
    }
    return ", ".join(switch for switch, on in told.items() if not on)


class Grant(Part):
    """One line of an access control list."""

    group: str | None = at("Grantee.URI")
    permission: str = at("Permission")

    def is_public(self) -> bool:
        """Whether it grants to everyone, or to every AWS user anywhere."""
        return self.group in (EVERYONE, ANY_AWS_USER)


class OwnershipRule(Part):
    """Who owns objects that others upload."""

    ownership: str = at("ObjectOwnership")


class EncryptionRule(Part):
    """How new objects are encrypted; a rule may speak of other things only."""

    algorithm: str | None = at("ApplyServerSideEncryptionByDefault.SSEAlgorithm")


class LifecycleRule(Part):
    """What becomes of objects as they age."""

    status: str = at("Status")


class AccountS3(Account):
    """The account's own public access block, which covers all its buckets.

    What the organization's S3 policy switches on for its accounts is told here too, as the account's own.
    """

    listed_by = One("s3control", scope=ACCOUNT)

    public_access_block: PublicAccessBlock | None = ask(
        "get_public_access_block",
        "PublicAccessBlockConfiguration",
        absent=NO_BLOCK,
        granted_as="s3:GetAccountPublicAccessBlock",
        AccountId=ACCOUNT_ID,
    )


class Bucket(Resource):
    """A container of objects, and the most common way to publish what was meant to be private."""

    type = "AWS::S3::Bucket"
    listed_by = Call(
        "s3", "list_buckets", "Buckets", scope=ACCOUNT, granted_as="s3:ListAllMyBuckets", region_by="BucketRegion"
    )

    id: str = at("Name")
    arn: str = named("arn:{partition}:s3:::{id}")
    grants: tuple[Grant, ...] = ask("get_bucket_acl", "Grants", Bucket="Name")
    policy_is_public: bool | None = ask(
        "get_bucket_policy_status", "PolicyStatus.IsPublic", absent=("NoSuchBucketPolicy",), Bucket="Name"
    )
    policy_document: PolicyDocument | None = ask(
        "get_bucket_policy", "Policy", absent=("NoSuchBucketPolicy",), Bucket="Name"
    )
    public_access_block: PublicAccessBlock | None = ask(
        "get_public_access_block",
        "PublicAccessBlockConfiguration",
        absent=NO_BLOCK,
        granted_as="s3:GetBucketPublicAccessBlock",
        Bucket="Name",
    )
    ownership_rules: tuple[OwnershipRule, ...] | None = ask(
        "get_bucket_ownership_controls",
        "OwnershipControls.Rules",
        absent=("OwnershipControlsNotFoundError",),
        Bucket="Name",
    )
    log_target: str | None = ask("get_bucket_logging", "LoggingEnabled.TargetBucket", Bucket="Name")
    encryption_rules: tuple[EncryptionRule, ...] | None = ask(
        "get_bucket_encryption",
        "ServerSideEncryptionConfiguration.Rules",
        absent=("ServerSideEncryptionConfigurationNotFoundError",),
        granted_as="s3:GetEncryptionConfiguration",
        Bucket="Name",
    )
    lifecycle_rules: tuple[LifecycleRule, ...] | None = ask(
        "get_bucket_lifecycle_configuration",
        "Rules",
        absent=("NoSuchLifecycleConfiguration",),
        granted_as="s3:GetLifecycleConfiguration",
        Bucket="Name",
    )
    # A bucket that never had versions answers with neither member.
    versioning_status: str | None = ask("get_bucket_versioning", "Status", Bucket="Name")
    mfa_delete: str | None = ask("get_bucket_versioning", "MFADelete", Bucket="Name")
    object_lock: str | None = ask(
        "get_object_lock_configuration",
        "ObjectLockConfiguration.ObjectLockEnabled",
        absent=("ObjectLockConfigurationNotFoundError",),
        granted_as="s3:GetBucketObjectLockConfiguration",
        Bucket="Name",
    )

    def public_by(self, account: AccountS3) -> str:
        """Return what opens the bucket to the public (`its policy and its ACL`), empty when nothing does."""
        blocks = [block for block in (self.public_access_block, account.public_access_block) if block]
        restricted = any(block.restrict_public_buckets for block in blocks)
        acls_ignored = any(block.ignore_public_acls for block in blocks)
        shared = any(grant.is_public() for grant in self.grants)
        by_policy = bool(self.policy_is_public) and not restricted
        by_acl = shared and not acls_ignored
        return " and ".join([*(["its policy"] if by_policy else []), *(["its ACL"] if by_acl else [])])

    def refuses_plain_http(self) -> bool:
        """Whether its policy denies everyone the bucket and its objects without TLS."""
        return self.policy_document is not None and self.policy_document.demands_tls(self.arn)

    def owners_actions_for_others(self) -> str:
        """Return what its policy lets others do that is its owner's alone (`111122223333: s3:PutBucketAcl`), or "".

        A Deny elsewhere in the policy takes nothing back.
        """
        statements = self.policy_document.statements if self.policy_document else ()
        found = (_grants_to_others(one, self.account_id) for one in statements if one.is_allow())
        return next(filter(None, found), "")

    def disables_acls(self) -> bool:
        """Whether its owner owns every object in it, so that no ACL grants anything."""
        return any(rule.ownership == "BucketOwnerEnforced" for rule in self.ownership_rules or ())

    def receives_logs_of(self, buckets: Iterable["Bucket"]) -> str:
        """Return a bucket whose access log it holds, or an empty string."""
        return next((bucket.id for bucket in buckets if bucket.log_target == self.id), "")

    def encrypts_by(self) -> str:
        """Return what new objects are encrypted by when nothing else is asked (`aws:kms`), empty for nothing."""
        told = [rule.algorithm for rule in self.encryption_rules or () if rule.algorithm in ENCRYPTION]
        return told[0] or "" if told else ""

    def is_named_like(self, patterns: str) -> bool:
        """Whether its name fits one of the comma-separated patterns (`*audit*, backup-*`)."""
        return any(fnmatchcase(self.id, pattern.strip()) for pattern in patterns.split(","))


def _grants_to_others(statement: Statement, account_id: str) -> str:
    granted = [action for action in OWNERS_ACTIONS if statement.is_about(action)]
    others = sorted(statement.foreign_owners(account_id))
    if statement.names_everyone() and not _is_for_callers_of(statement, account_id):
        others = ["everyone"]
    return f"{', '.join(others)}: {', '.join(granted)}" if granted and others else ""


def _is_for_callers_of(statement: Statement, account_id: str) -> bool:
    """Whether only callers of this account can meet the statement's condition."""
    return any(
        comparison.narrows() and comparison.key == "aws:principalaccount" and set(comparison.values) == {account_id}
        for comparison in comparisons(statement.condition)
    )
