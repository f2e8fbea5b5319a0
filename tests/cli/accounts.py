"""Filling an emulated account."""

import boto3


def user(name: str) -> None:
    """Add a user without MFA: iam_mfa_all_users fails on it."""
    boto3.client("iam").create_user(UserName=name)


def open_group(name: str, region: str = "us-east-1") -> str:
    """Add a security group that admits SSH from everywhere; return its id."""
    ec2 = boto3.client("ec2", region_name=region)
    group = ec2.create_security_group(GroupName=name, Description="open")["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0")
    return group
