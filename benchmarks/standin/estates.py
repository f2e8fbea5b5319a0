"""What every account of the stand-in holds, as the answers that tell of it.

Texts in answers may hold `@ACCOUNT@`, `@REGION@` and `@NAME@`: they are rendered once and filled in each time.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import Any

from benchmarks.standin.rendering import Refusal

Body = dict[str, Any]
MADE = datetime(2025, 3, 1, 12, tzinfo=UTC)
REGIONS = (
    *("us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1"),
    *("eu-north-1", "ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1"),
    *("ap-southeast-2", "ca-central-1", "sa-east-1"),
)
OWNER = {"ID": "c4nn3d", "DisplayName": "owner"}


@dataclass(frozen=True)
class Size:
    """How much an account holds: in all (users, buckets, trails), and in each of its regions."""

    users: int
    buckets: int
    regions: int
    groups: int
    databases: int
    prefix_lists: int = 3
    trails: int = 1
    accounts: int = 1

    def arguments(self) -> list[str]:
        """Return the size as a command line's arguments."""
        return [f"--{name}={value}" for name, value in asdict(self).items()]

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Size":
        """Read back what `arguments` wrote, parsed."""
        return cls(**{one.name: int(told[one.name]) for one in fields(cls)})

    @property
    def region_names(self) -> tuple[str, ...]:
        """The regions an account has enabled."""
        return REGIONS[: self.regions]


@dataclass(frozen=True)
class Told:
    """What the request says: its members, and the region it was sent to."""

    members: Mapping[str, Any]
    region: str

    def page(self, size: str, token: str, largest: int) -> tuple[int, int]:
        """Return where the page begins that is asked for, and how many items it may hold."""
        return int(self.members.get(token) or 0), min(int(self.members.get(size) or largest), largest)


@dataclass(frozen=True)
class Answered:
    """A body or a refusal. Answers of one operation with the same `variant` differ in what is filled in alone."""

    variant: object
    make: Callable[[], Body | Refusal]
    name: str = ""


Answer = Callable[[Size, Told], Answered]


def _paged(key: str, size: str, token: str, next_: str, largest: int, more: str = "") -> Callable[..., Answer]:
    """Return a maker of answers that list `count(size)` items, each `item(number)`, page by page."""

    def answer(count: Callable[[Size], int], item: Callable[[int], Any]) -> Answer:
        def told(estate: Size, asked: Told) -> Answered:
            first, most = asked.page(size, token, largest)
            last = min(first + most, count(estate))

            def make() -> Body:
                body: Body = {key: [item(number) for number in range(first, last)]}
                if last < count(estate):
                    body[next_] = str(last)
                if more:
                    body[more] = last < count(estate)
                return body

            return Answered((first, last), make)

        return told

    return answer


def _number(name: str) -> int:
    return int(name.rpartition("-")[2])


def _user(number: int) -> Body:
    name = f"user-{number}"
    arn = f"arn:aws:iam::@ACCOUNT@:user/{name}"
    return {"Path": "/", "UserName": name, "UserId": f"AIDA{number:016d}", "Arn": arn, "CreateDate": MADE}


def _mfa_devices(_: Size, asked: Told) -> Answered:
    name = asked.members["UserName"]
    has_one = _number(name) % 10 != 0
    device = {"UserName": "@NAME@", "SerialNumber": "arn:aws:iam::@ACCOUNT@:mfa/@NAME@", "EnableDate": MADE}
    return Answered(has_one, lambda: {"MFADevices": [device] if has_one else [], "IsTruncated": False}, name)


def _account_summary(size: Size, _: Told) -> Answered:
    return Answered(
        "", lambda: {"SummaryMap": {"AccountAccessKeysPresent": 0, "Users": size.users, "AccountMFAEnabled": 1}}
    )


def _buckets(size: Size, asked: Told) -> Answered:
    def item(number: int) -> Body:
        name = f"bucket-@ACCOUNT@-{number}"
        return {"Name": name, "CreationDate": MADE, "BucketRegion": size.region_names[number % size.regions]}

    list_ = _paged("Buckets", "max-buckets", "continuation-token", "ContinuationToken", 10_000)
    return list_(lambda estate: estate.buckets, item)(size, asked)


def _bucket_acl(_: Size, asked: Told) -> Answered:
    grant = {"Grantee": {"Type": "CanonicalUser", **OWNER}, "Permission": "FULL_CONTROL"}
    return Answered("", lambda: {"Owner": OWNER, "Grants": [grant]}, asked.members["Bucket"])


def _bucket_policy_status(_: Size, asked: Told) -> Answered:
    has_one = _number(asked.members["Bucket"]) % 3 == 0
    public = _number(asked.members["Bucket"]) % 30 == 0
    if not has_one:
        return Answered("none", lambda: Refusal("NoSuchBucketPolicy", 404))
    return Answered(public, lambda: {"PolicyStatus": {"IsPublic": public}})


def _bucket_block(_: Size, asked: Told) -> Answered:
    if _number(asked.members["Bucket"]) % 5 == 0:
        return Answered("none", lambda: Refusal("NoSuchPublicAccessBlockConfiguration", 404))
    switches = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    return Answered("all", lambda: {"PublicAccessBlockConfiguration": dict.fromkeys(switches, True)})


def _group(number: int) -> Body:
    cidr = "0.0.0.0/0" if number % 40 == 1 else f"10.{number % 250}.0.0/16"
    ingress = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": cidr, "Description": "ssh"}]}
    listed = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{"PrefixListId": "pl-0"}]}
    return {
        "GroupId": f"sg-{number:017x}",
        "GroupName": f"group-{number}",
        "Description": "canned",
        "OwnerId": "@ACCOUNT@",
        "VpcId": "vpc-0",
        "IpPermissions": [ingress, listed],
        "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
        "Tags": [{"Key": "Name", "Value": f"group-{number}"}],
    }


def _prefix_list(number: int) -> Body:
    name = f"pl-{number}"
    arn = f"arn:aws:ec2:@REGION@:aws:prefix-list/{name}"
    return {"PrefixListId": name, "PrefixListArn": arn, "PrefixListName": f"canned.{name}", "OwnerId": "AWS"}


def _entries(_: Size, asked: Told) -> Answered:
    return Answered(
        "", lambda: {"Entries": [{"Cidr": f"52.{n}.0.0/16"} for n in range(20)]}, asked.members["PrefixListId"]
    )


def _regions(size: Size, _: Told) -> Answered:
    told = [{"RegionName": name, "OptInStatus": "opt-in-not-required"} for name in size.region_names]
    return Answered("", lambda: {"Regions": told})


def _database(number: int) -> Body:
    name = f"db-{number}"
    return {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": f"arn:aws:rds:@REGION@:@ACCOUNT@:db:{name}",
        "DBInstanceClass": "db.m6g.large",
        "Engine": "postgres",
        "EngineVersion": "16.4",
        "DBInstanceStatus": "available",
        "AllocatedStorage": 100,
        "StorageEncrypted": number % 7 != 0,
        "PubliclyAccessible": False,
        "InstanceCreateTime": MADE,
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-0", "Status": "active"}],
    }


def _trails(size: Size, _: Told) -> Answered:
    def trail(number: int) -> Body:
        name = f"trail-{number}"
        arn = f"arn:aws:cloudtrail:{REGIONS[0]}:@ACCOUNT@:trail/{name}"
        return {
            "Name": name,
            "TrailARN": arn,
            "HomeRegion": REGIONS[0],
            "S3BucketName": "logs",
            "IsMultiRegionTrail": True,
        }

    return Answered("", lambda: {"trailList": [trail(number) for number in range(size.trails)]})


def _trail_status(_: Size, __: Told) -> Answered:
    return Answered("", lambda: {"IsLogging": True, "LatestDeliveryTime": MADE})


def _event_selectors(_: Size, asked: Told) -> Answered:
    selector = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}
    return Answered("", lambda: {"TrailARN": "@NAME@", "EventSelectors": [selector]}, asked.members["TrailName"])


def _caller(_: Size, __: Told) -> Answered:
    return Answered(
        "", lambda: {"UserId": "AIDACANNED", "Account": "@ACCOUNT@", "Arn": "arn:aws:iam::@ACCOUNT@:user/ccm"}
    )


def _role(_: Size, asked: Told) -> Answered:
    account = asked.members["RoleArn"].split(":")[4]
    # Far off: a benchmark's credentials are not renewed in the middle.
    until = datetime(2099, 1, 1, tzinfo=UTC)
    given = {"AccessKeyId": "ASIA@NAME@", "SecretAccessKey": "canned", "SessionToken": "canned", "Expiration": until}
    user = {"AssumedRoleId": "AROACANNED:ccm", "Arn": "arn:aws:sts::@NAME@:assumed-role/canned/ccm"}
    return Answered("", lambda: {"Credentials": given, "AssumedRoleUser": user}, account)


def account_id(number: int) -> str:
    """Return the id of the organization's account of that number, from 1 on: no account of anyone's."""
    return f"{number:012d}"


def _member(number: int) -> Body:
    id_ = account_id(number + 1)
    arn = f"arn:aws:organizations::@ACCOUNT@:account/o-canned00000/{id_}"
    told = {"Id": id_, "Arn": arn, "Name": f"account-{number + 1}", "Email": f"{number + 1}@example.com"}
    return {**told, "Status": "ACTIVE", "State": "ACTIVE", "JoinedMethod": "CREATED", "JoinedTimestamp": MADE}


def _organization(_: Size, __: Told) -> Answered:
    told = {"Id": "o-canned00000", "MasterAccountId": account_id(1), "FeatureSet": "ALL"}
    return Answered("", lambda: {"Organization": told})


def _roots(_: Size, __: Told) -> Answered:
    return Answered("", lambda: {"Roots": [{"Id": "r-cann", "Name": "Root", "PolicyTypes": []}]})


_iam = _paged("Users", "MaxItems", "Marker", "Marker", 1000, "IsTruncated")
_rds = _paged("DBInstances", "MaxRecords", "Marker", "Marker", 100)
_members = _paged("Accounts", "MaxResults", "NextToken", "NextToken", 20)(lambda size: size.accounts, _member)

ANSWERS: Mapping[str, Answer] = {
    "iam.ListUsers": _iam(lambda size: size.users, _user),
    "iam.ListMFADevices": _mfa_devices,
    "iam.GetAccountSummary": _account_summary,
    "s3.ListBuckets": _buckets,
    "s3.GetBucketAcl": _bucket_acl,
    "s3.GetBucketPolicyStatus": _bucket_policy_status,
    "s3.GetPublicAccessBlock": _bucket_block,
    "ec2.DescribeSecurityGroups": _paged("SecurityGroups", "MaxResults", "NextToken", "NextToken", 1000)(
        lambda size: size.groups, _group
    ),
    "ec2.DescribeManagedPrefixLists": _paged("PrefixLists", "MaxResults", "NextToken", "NextToken", 100)(
        lambda size: size.prefix_lists, _prefix_list
    ),
    "ec2.GetManagedPrefixListEntries": _entries,
    "ec2.DescribeRegions": _regions,
    "rds.DescribeDBInstances": _rds(lambda size: size.databases, _database),
    "cloudtrail.DescribeTrails": _trails,
    "cloudtrail.GetTrailStatus": _trail_status,
    "cloudtrail.GetEventSelectors": _event_selectors,
    "sts.GetCallerIdentity": _caller,
    "sts.AssumeRole": _role,
    "organizations.DescribeOrganization": _organization,
    "organizations.ListRoots": _roots,
    "organizations.ListAccounts": _members,
    "organizations.ListAccountsForParent": _members,
}
"""By service and operation. What is not here is answered with the least the operation can answer."""
