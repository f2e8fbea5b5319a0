"""The recorded account's machines: instances, functions, containers, builds and notebooks."""

import io
import json
import zipfile
from typing import Any

from recorded_identity import ACCOUNT, EU, US, ClientFor, Raw, allow, policy

KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/functions"
OFFICE = ["203.0.113.0/24"]
IMAGE = "ami-12c6146b"


def machines(client: ClientFor) -> None:
    """Make instances, images, launch templates and configurations."""
    profile = {"Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/web-server"}
    for region in (US, EU):
        ec2 = client("ec2", region)
        vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
        public = [{"DeviceIndex": 0, "SubnetId": subnet, "AssociatePublicIpAddress": True}]
        made = []
        for how in (
            {"MetadataOptions": {"HttpTokens": "required"}, "IamInstanceProfile": profile, "SubnetId": subnet},
            {"MetadataOptions": {"HttpTokens": "required"}, "IamInstanceProfile": profile, "SubnetId": subnet},
            {"MetadataOptions": {"HttpTokens": "optional", "HttpEndpoint": "disabled"}, "SubnetId": subnet},
            {"MetadataOptions": {"HttpTokens": "optional"}, "NetworkInterfaces": public},
            {"NetworkInterfaces": public, "IamInstanceProfile": profile},
            {"SubnetId": subnet},
        ):
            made += ec2.run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1, **how)["Instances"]
        ids = [one["InstanceId"] for one in made]
        ec2.stop_instances(InstanceIds=ids[4:5])
        ec2.terminate_instances(InstanceIds=ids[5:])
        good, bad = (ec2.create_image(InstanceId=ids[0], Name=name)["ImageId"] for name in ("own", "given-away"))
        ec2.modify_image_attribute(ImageId=bad, LaunchPermission={"Add": [{"Group": "all"}]})
        ec2.modify_image_attribute(ImageId=good, LaunchPermission={"Add": [{"UserId": "111122223333"}]})
        required = {"InstanceType": "t3.micro", "MetadataOptions": {"HttpTokens": "required"}}
        ec2.create_launch_template(LaunchTemplateName="web", LaunchTemplateData=required)
        ec2.create_launch_template(LaunchTemplateName="old", LaunchTemplateData={"InstanceType": "t3.micro"})
        for name, options in (("web", {"MetadataOptions": {"HttpTokens": "required"}}), ("old", {})):
            client("autoscaling", region).create_launch_configuration(
                LaunchConfigurationName=name, ImageId=IMAGE, InstanceType="t2.micro", **options
            )


def _code() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr(zipfile.ZipInfo("main.py", (2026, 1, 1, 0, 0, 0)), "def handler(event, context): ...")
    return written.getvalue()


def functions(client: ClientFor) -> None:
    """Make functions of several runtimes, with and without secrets, open and closed."""
    lambda_ = client("lambda", US)
    for name, runtime, variables in (
        ("new", "python3.13", {"STAGE": "prod"}),
        ("old", "python3.8", {"STAGE": "prod"}),
        ("ends-soon", "nodejs20.x", {}),
        ("ended", "nodejs18.x", {}),
        ("unknown", "cobol85", {}),
        ("with-a-token", "python3.12", {"TOKEN": KEY}),
        ("with-a-reference", "python3.12", {"TOKEN": "arn:aws:secretsmanager:us-east-1:123456789012:secret:token"}),
        ("open", "java21", {}),
    ):
        environment = {"Environment": {"Variables": variables}} if variables else {}
        lambda_.create_function(
            FunctionName=name,
            Runtime=runtime,
            Role=ROLE,
            Handler="main.handler",
            Code={"ZipFile": _code()},
            **environment,
        )
    lambda_.add_permission(FunctionName="open", StatementId="all", Action="lambda:InvokeFunction", Principal="*")
    lambda_.add_permission(
        FunctionName="new",
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceAccount=ACCOUNT,
    )


def containers(client: ClientFor) -> None:
    """Make services, task definitions and clusters of both kinds."""
    ecs = client("ecs", US)
    ecs.create_cluster(clusterName="shop")
    plain = {"name": "app", "image": "shop/web", "memory": 128}
    families: dict[str, Raw] = {
        "web": {"privileged": False},
        "agent": {"privileged": True},
        "worker": {"environment": [{"name": "API_TOKEN", "value": KEY}]},
        "mailer": {"environment": [{"name": "SMTP_HOST", "value": "mail.example.com"}]},
    }
    for family, how in families.items():
        ecs.register_task_definition(family=family, containerDefinitions=[{**plain, **how}])
    subnet = client("ec2", US).describe_subnets()["Subnets"][0]["SubnetId"]
    for name, public in (("inside", "DISABLED"), ("outside", "ENABLED")):
        vpc = {"subnets": [subnet], "securityGroups": [], "assignPublicIp": public}
        ecs.create_service(
            cluster="shop",
            serviceName=name,
            taskDefinition="web",
            desiredCount=1,
            networkConfiguration={"awsvpcConfiguration": vpc},
        )
    eks = client("eks", US)
    subnets = ["subnet-1", "subnet-2"]
    logging = {"clusterLogging": [{"types": ["audit", "api"], "enabled": True}]}
    reached: dict[str, Raw] = {
        "good": {"endpointPublicAccess": False},
        "office": {"endpointPublicAccess": True, "publicAccessCidrs": OFFICE},
        "open": {"endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]},
    }
    for (name, network), version in zip(reached.items(), ("1.31", "1.27", "1.28"), strict=True):
        more: Raw = {"logging": logging} if name == "good" else {}
        eks.create_cluster(
            name=name, version=version, roleArn=ROLE, resourcesVpcConfig={"subnetIds": subnets, **network}, **more
        )


def builds(client: ClientFor) -> None:
    """Make build projects and notebooks."""
    build, sagemaker = client("codebuild", US), client("sagemaker", US)
    for name, variable in (
        ("site", {"name": "STAGE", "value": "prod", "type": "PLAINTEXT"}),
        ("release", {"name": "TOKEN", "value": KEY, "type": "PLAINTEXT"}),
        ("signed", {"name": "TOKEN", "value": "/build/token", "type": "PARAMETER_STORE"}),
    ):
        build.create_project(
            name=name,
            source={"type": "S3", "location": "bucket/path"},
            artifacts={"type": "NO_ARTIFACTS"},
            environment={
                "type": "LINUX_CONTAINER",
                "image": "x",
                "computeType": "BUILD_GENERAL1_SMALL",
                "environmentVariables": [variable],
            },
            serviceRole=f"arn:aws:iam::{ACCOUNT}:role/service-role/build",
        )
    for name, access in (("inside", "Disabled"), ("outside", "Enabled")):
        more: dict[str, Any] = {"SubnetId": "subnet-0a1b2c3d", "SecurityGroupIds": ["sg-0a1b2c3d"]}
        sagemaker.create_notebook_instance(
            NotebookInstanceName=name,
            InstanceType="ml.t3.medium",
            RoleArn=ROLE,
            DirectInternetAccess=access,
            **(more if access == "Disabled" else {}),
        )


def runbooks(client: ClientFor) -> None:
    """Make documents of Systems Manager."""
    ssm = client("ssm", US)
    step = {"action": "aws:runShellScript", "name": "restart", "inputs": {"runCommand": ["true"]}}
    content = json.dumps({"schemaVersion": "2.2", "description": "restarts", "mainSteps": [step]})
    for name, shared in (("own", []), ("shared", ["111122223333"]), ("public", ["all"])):
        ssm.create_document(Content=content, Name=name, DocumentType="Command")
        if shared:
            ssm.modify_document_permission(Name=name, PermissionType="Share", AccountIdsToAdd=shared)


def messages(client: ClientFor) -> None:
    """Make topics and queues."""
    everyone = {**allow("SQS:SendMessage"), "Principal": "*"}
    of_us = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    for region in (US, EU):
        sns, sqs = client("sns", region), client("sqs", region)
        sns.create_topic(Name="orders", Attributes={"KmsMasterKeyId": "alias/aws/sns"})
        sns.create_topic(Name="plain")
        sns.create_topic(Name="open", Attributes={"Policy": policy({**everyone, "Action": "SNS:Publish"})})
        narrowed = {**everyone, "Action": "SNS:Publish", "Condition": of_us}
        sns.create_topic(Name="organization", Attributes={"Policy": policy(narrowed)})
        sqs.create_queue(QueueName="orders", Attributes={"KmsMasterKeyId": "alias/aws/sqs"})
        sqs.create_queue(QueueName="managed", Attributes={"SqsManagedSseEnabled": "true"})
        sqs.create_queue(QueueName="open", Attributes={"Policy": policy(everyone), "SqsManagedSseEnabled": "false"})
        from_topic = {"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:{region}:{ACCOUNT}:orders"}}
        fed = policy({**everyone, "Condition": from_topic})
        sqs.create_queue(QueueName="fed", Attributes={"Policy": fed, "SqsManagedSseEnabled": "true"})
