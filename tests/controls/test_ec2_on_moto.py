"""Controls over security groups, instances and what they are started from, from EC2's API (in moto) to the verdict.

moto does not know GetInstanceMetadataDefaults, so `ec2_imdsv2_default` can only end in ERROR there.
"""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto_account import statuses

IMAGE = "ami-12c6146b"


@pytest.fixture
def ec2() -> Iterator[Any]:
    """An EC2 client of an account as moto makes it: with the default VPC."""
    with mock_aws():
        yield boto3.client("ec2", region_name="us-east-1")


def _group(ec2: Any, name: str, *permissions: dict[str, Any]) -> str:
    group = str(ec2.create_security_group(GroupName=name, Description=name)["GroupId"])
    if permissions:
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=list(permissions))
    return group


def _from_anywhere(port: int, protocol: str = "tcp", last: int | None = None) -> dict[str, Any]:
    source = [{"CidrIp": "0.0.0.0/0"}]
    return {"IpProtocol": protocol, "FromPort": port, "ToPort": last or port, "IpRanges": source}


@pytest.mark.parametrize(
    ("control_id", "bad"),
    [
        ("ec2_no_open_rdp", _from_anywhere(3389, "udp")),
        ("ec2_no_open_cifs", _from_anywhere(445)),
        ("ec2_no_open_risky_ports", _from_anywhere(9200)),
        ("ec2_no_open_all_ports", {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}),
    ],
)
def test_open_groups_are_told_from_others(ec2: Any, control_id: str, bad: dict[str, Any]) -> None:
    opened, web = _group(ec2, "opened", bad), _group(ec2, "web", _from_anywhere(443))
    told = statuses(control_id)
    assert (told[opened], told[web]) == ("FAIL", "PASS")


def test_the_default_group_is_closed_when_its_rules_are_gone(ec2: Any) -> None:
    (default,) = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"]
    assert statuses("vpc_default_sg_closed")[default["GroupId"]] == "FAIL"
    if default["IpPermissions"]:
        ec2.revoke_security_group_ingress(GroupId=default["GroupId"], IpPermissions=default["IpPermissions"])
    ec2.revoke_security_group_egress(GroupId=default["GroupId"], IpPermissions=default["IpPermissionsEgress"])
    assert statuses("vpc_default_sg_closed")[default["GroupId"]] == "PASS"


def _instances(ec2: Any, **how: Any) -> list[str]:
    made = ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1, **how)["Instances"]
    return [str(one["InstanceId"]) for one in made]


def test_instances_with_and_without_imdsv2(ec2: Any) -> None:
    (good,) = _instances(ec2, MetadataOptions={"HttpTokens": "required"})
    (bad,) = _instances(ec2, MetadataOptions={"HttpTokens": "optional"})
    (gone,) = _instances(ec2)
    ec2.terminate_instances(InstanceIds=[gone])
    assert statuses("ec2_imdsv2") == {good: "PASS", bad: "FAIL", gone: "NOT_APPLICABLE"}


def test_the_default_of_new_instances_cannot_be_read_there(ec2: Any) -> None:
    assert set(statuses("ec2_imdsv2_default").values()) == {"ERROR"}


def test_instances_with_and_without_a_profile(ec2: Any) -> None:
    profile = boto3.client("iam", region_name="us-east-1").create_instance_profile(InstanceProfileName="web")
    (good,) = _instances(ec2, IamInstanceProfile={"Arn": profile["InstanceProfile"]["Arn"]})
    (bad,) = _instances(ec2)
    assert statuses("ec2_instance_profile") == {good: "PASS", bad: "FAIL"}


def test_instances_with_and_without_a_public_address(ec2: Any) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    (good,) = _instances(ec2, SubnetId=subnet)
    (bad,) = _instances(
        ec2, NetworkInterfaces=[{"DeviceIndex": 0, "SubnetId": subnet, "AssociatePublicIpAddress": True}]
    )
    assert statuses("ec2_no_public_ip") == {good: "PASS", bad: "FAIL"}


def test_images_that_are_public_and_others(ec2: Any) -> None:
    (instance,) = _instances(ec2)
    good, bad = (ec2.create_image(InstanceId=instance, Name=name)["ImageId"] for name in ("good", "bad"))
    ec2.modify_image_attribute(ImageId=bad, LaunchPermission={"Add": [{"Group": "all"}]})
    assert statuses("ec2_ami_not_public") == {good: "PASS", bad: "FAIL"}


def _configuration(name: str, **how: Any) -> None:
    boto3.client("autoscaling", region_name="us-east-1").create_launch_configuration(
        LaunchConfigurationName=name, ImageId=IMAGE, InstanceType="t2.micro", **how
    )


def test_launch_configurations_with_and_without_imdsv2(ec2: Any) -> None:
    _configuration("good", MetadataOptions={"HttpTokens": "required"})
    _configuration("bad")
    assert statuses("autoscaling_lc_imdsv2") == {"good": "PASS", "bad": "FAIL"}


def test_launch_templates_are_judged_by_their_default_version(ec2: Any) -> None:
    made = ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData={"InstanceType": "t2.micro"})
    template = made["LaunchTemplate"]["LaunchTemplateId"]
    assert statuses("ec2_launch_template_imdsv2") == {template: "FAIL"}
