"""What goes wrong in the demo while one watches, and who puts it right."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ccm_engine.demo import builders as make
from ccm_engine.demo.world import BASTION, PRODUCTION, STATIC_ASSETS, US, World

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_s3 import S3Client

ROUND_SECONDS = 120.0
"""How long one round of the drift lasts, from its start to the start of the next."""


@dataclass(frozen=True)
class Step:
    """One change to the emulated account.

    `after_seconds` counts from the start of the round, `who` is an IAM user's name, `what` one plain line.
    `act` makes the change; making it twice is harmless. It raises botocore's errors, and RealCloudError.
    """

    after_seconds: float
    who: str
    what: str
    act: Callable[[], None]


def drift(world: World) -> list[Step]:
    """Return one round, in order of time: two mistakes in production and their repair.

    The last step leaves the account as the first found it, so rounds can follow each other for ever.
    """
    client = world.clients(PRODUCTION)
    ec2: EC2Client = client("ec2", US)
    s3: S3Client = client("s3", US)
    rule = make.opening(22, source="0.0.0.0/0", why="debugging, remove tonight")

    def bastion() -> str:
        found = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": [BASTION]}])
        return found["SecurityGroups"][0]["GroupId"]

    def open_ssh() -> None:
        with make.tolerating("InvalidPermission.Duplicate"):
            ec2.authorize_security_group_ingress(GroupId=bastion(), IpPermissions=[rule])

    def close_ssh() -> None:
        with make.tolerating("InvalidPermission.NotFound"):
            ec2.revoke_security_group_ingress(GroupId=bastion(), IpPermissions=[rule])

    def publish() -> None:
        s3.delete_public_access_block(Bucket=STATIC_ASSETS)
        s3.put_bucket_policy(Bucket=STATIC_ASSETS, Policy=make.everyone_may_read(STATIC_ASSETS))

    def unpublish() -> None:
        s3.delete_bucket_policy(Bucket=STATIC_ASSETS)
        s3.put_public_access_block(Bucket=STATIC_ASSETS, PublicAccessBlockConfiguration=make.BLOCKED)

    return [
        Step(15, "tom.okafor", f"opens SSH to the whole internet on {BASTION}", open_ssh),
        Step(40, "grace.kim", f"makes the bucket {STATIC_ASSETS} public", publish),
        Step(70, "lena.vogel", f"closes SSH on {BASTION} again", close_ssh),
        Step(95, "lena.vogel", f"makes the bucket {STATIC_ASSETS} private again", unpublish),
    ]
