"""Instances and what they are started from, as EC2 and Auto Scaling describe them."""

from collections.abc import Sequence
from typing import Any

from raw_documents import ACCOUNT_ID, US, Estate, document

from ccm_engine.core.document import Document, Failure
from ccm_engine.core.resource import Resource
from ccm_engine.resources.aws.autoscaling import LaunchConfiguration
from ccm_engine.resources.aws.ec2_instances import Image, Instance, InstanceDefaults, LaunchTemplate

SUBNET, VPC = "subnet-0a1b2c3d", "vpc-0a1b2c3d"
PROFILE = f"arn:aws:iam::{ACCOUNT_ID}:instance-profile/web"
Interface = dict[str, Any]
Options = dict[str, Any]


def interface(*, public: str = "", secondary_public: str = "", ipv6: Sequence[str] = ()) -> Interface:
    """Return a network interface; `secondary_public` leads to its second private address."""
    first = {"PrivateIpAddress": "10.0.1.5", "Primary": True}
    second = {"PrivateIpAddress": "10.0.1.6", "Primary": False}
    if secondary_public:
        second["Association"] = {"PublicIp": secondary_public, "IpOwnerId": ACCOUNT_ID}
    if public:
        first["Association"] = {"PublicIp": public, "IpOwnerId": "amazon"}
    return {
        "NetworkInterfaceId": "eni-0a1b2c3d",
        "SubnetId": SUBNET,
        "VpcId": VPC,
        "Status": "in-use",
        "PrivateIpAddress": "10.0.1.5",
        "PrivateIpAddresses": [first, *([second] if secondary_public else [])],
        "Ipv6Addresses": [{"Ipv6Address": address, "IsPrimaryIpv6": False} for address in ipv6],
        **({"Association": first["Association"]} if public else {}),
    }


def options(tokens: str = "required", endpoint: str = "enabled") -> Options:
    """Return the options of a metadata service."""
    return {"State": "applied", "HttpTokens": tokens, "HttpPutResponseHopLimit": 1, "HttpEndpoint": endpoint}


def instance(
    *,
    id_: str = "i-0a1b2c3d",
    state: str = "running",
    metadata: Options | None = None,
    profile: str = PROFILE,
    public: str = "",
    interfaces: Sequence[Interface] | None = None,
    region: str = US,
) -> Document:
    """Return an instance, good unless told otherwise."""
    gone = state == "terminated"
    item = {
        "InstanceId": id_,
        "ImageId": "ami-0a1b2c3d",
        "InstanceType": "t4g.small",
        "State": {"Code": 16, "Name": state},
        "MetadataOptions": metadata or options(),
        **({"IamInstanceProfile": {"Arn": profile, "Id": "AIPAEXAMPLE"}} if profile else {}),
        **({"PublicIpAddress": public} if public else {}),
        **({} if gone else {"SubnetId": SUBNET, "VpcId": VPC}),
        "NetworkInterfaces": [] if gone else list([interface()] if interfaces is None else interfaces),
    }
    return document(Instance, item, {}, region)


def image(*, public: bool = False) -> Document:
    """Return a machine image of the account's own."""
    item = {"ImageId": "ami-0a1b2c3d", "Name": "web", "OwnerId": ACCOUNT_ID, "Public": public, "State": "available"}
    return document(Image, item, {})


def launch_template(metadata: Options | None) -> Document:
    """Return the default version of a launch template; without `metadata` it says nothing of it."""
    item = {
        "LaunchTemplateId": "lt-0a1b2c3d",
        "LaunchTemplateName": "web",
        "VersionNumber": 3,
        "DefaultVersion": True,
        "LaunchTemplateData": {
            "ImageId": "ami-0a1b2c3d",
            **({"MetadataOptions": metadata} if metadata is not None else {}),
        },
    }
    return document(LaunchTemplate, item, {})


def launch_configuration(metadata: Options | None) -> Document:
    """Return a launch configuration; without `metadata` it says nothing of it."""
    item = {
        "LaunchConfigurationName": "web",
        "LaunchConfigurationARN": f"arn:aws:autoscaling:{US}:{ACCOUNT_ID}:launchConfiguration:1:name/web",
        "ImageId": "ami-0a1b2c3d",
        "UserData": "",
        **({"MetadataOptions": metadata} if metadata is not None else {}),
    }
    return document(LaunchConfiguration, item, {})


def instance_defaults(level: Options | Failure) -> Document:
    """Return what a region's new instances get: `level` holds what was set."""
    told = level if isinstance(level, Failure) else {"AccountLevel": level}
    return document(InstanceDefaults, {}, {"default_tokens": told})


def holding(kind: type[Resource], *documents: Document) -> Estate:
    """Return an account with these resources of one kind."""
    return Estate().add(kind, *documents)
