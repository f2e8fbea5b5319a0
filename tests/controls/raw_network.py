"""Security groups and prefix lists, as EC2 describes them."""

from collections.abc import Sequence
from typing import Any

from raw_documents import ACCOUNT_ID, US, Estate, document

from ccm_engine.core.document import Document, Failure
from ccm_engine.resources.aws.ec2 import PrefixList, SecurityGroup

Rule = dict[str, Any]


def rule(
    *cidrs: str,
    protocol: str = "tcp",
    ports: tuple[int, int] | None = (22, 22),
    prefix_lists: Sequence[str] = (),
    groups: Sequence[str] = (),
) -> Rule:
    """Return an ingress rule; `ports` None leaves them out, as EC2 does for protocol -1."""
    return {
        "IpProtocol": protocol,
        **({"FromPort": ports[0], "ToPort": ports[1]} if ports else {}),
        "UserIdGroupPairs": [{"UserId": ACCOUNT_ID, "GroupId": group} for group in groups],
        "IpRanges": [{"CidrIp": cidr, "Description": "a source"} for cidr in cidrs if ":" not in cidr],
        "Ipv6Ranges": [{"CidrIpv6": cidr} for cidr in cidrs if ":" in cidr],
        "PrefixListIds": [{"PrefixListId": name} for name in prefix_lists],
    }


EVERYTHING = rule("0.0.0.0/0", protocol="-1", ports=None)


def group(
    *rules: Rule,
    id_: str = "sg-0a1b2c3d",
    name: str = "bastion",
    egress: Sequence[Rule] | None = None,
    region: str = US,
) -> Document:
    """Return a security group; unless told otherwise it lets everything out."""
    item = {
        "GroupId": id_,
        "GroupName": name,
        "Description": "jump host",
        "OwnerId": ACCOUNT_ID,
        "VpcId": "vpc-0a1b2c3d",
        "IpPermissions": list(rules),
        "IpPermissionsEgress": [EVERYTHING] if egress is None else list(egress),
    }
    return document(SecurityGroup, item, {}, region)


def prefix_list(id_: str, *cidrs: str, refused: Failure | None = None, region: str = US) -> Document:
    """Return a customer's prefix list with its entries, or with the refusal to tell them."""
    item = {
        "PrefixListId": id_,
        "AddressFamily": "IPv4",
        "State": "create-complete",
        "PrefixListArn": f"arn:aws:ec2:{region}:{ACCOUNT_ID}:prefix-list/{id_}",
        "PrefixListName": "offices",
        "MaxEntries": 10,
        "Version": 1,
        "OwnerId": ACCOUNT_ID,
    }
    entries = {"Entries": [{"Cidr": cidr, "Description": "an office"} for cidr in cidrs]}
    return document(PrefixList, item, {"entries": refused or entries}, region)


def network(*rules: Rule, lists: Sequence[Document] = ()) -> Estate:
    """Return an account with one security group of these rules."""
    return Estate().add(SecurityGroup, group(*rules)).add(PrefixList, *lists)
