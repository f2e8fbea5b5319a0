"""S3: buckets, and what makes one public.

AWS's own analysis (GetBucketPolicyStatus) says whether a policy is public; a public access block of the
bucket or of the account overrules it. See "Blocking public access to your Amazon S3 storage" in AWS's manual.
"""

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import ACCOUNT, ACCOUNT_ID, Call, One, Resource, ask, named
from ccm_engine.resources.aws.account import Account

EVERYONE = "http://acs.amazonaws.com/groups/global/AllUsers"
ANY_AWS_USER = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
NO_BLOCK = ("NoSuchPublicAccessBlockConfiguration",)


class PublicAccessBlock(Part):
    """Switches that overrule what policies and ACLs grant to the public; what is missing is off."""

    ignore_public_acls: bool = at("IgnorePublicAcls", default=False)
    restrict_public_buckets: bool = at("RestrictPublicBuckets", default=False)


class Grant(Part):
    """One line of an access control list."""

    group: str | None = at("Grantee.URI")
    permission: str = at("Permission")

    def is_public(self) -> bool:
        """Whether it grants to everyone, or to every AWS user anywhere."""
        return self.group in (EVERYONE, ANY_AWS_USER)


class AccountS3(Account):
    """The account's own public access block, which covers all its buckets."""

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
    public_access_block: PublicAccessBlock | None = ask(
        "get_public_access_block",
        "PublicAccessBlockConfiguration",
        absent=NO_BLOCK,
        granted_as="s3:GetBucketPublicAccessBlock",
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
