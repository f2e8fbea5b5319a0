"""AWS is reached without the internet."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.vpc import Vpc, VpcEndpoint


@control(
    title="VPCs reach AWS services through endpoints",
    severity=Severity.LOW,
    category=Category.NETWORK,
    security_hub=("EC2.10", "EC2.55", "EC2.56", "EC2.57", "EC2.58", "EC2.60"),
    remedy="Create a VPC endpoint for each service that the VPC uses.",
)
def vpc_endpoints_used(vpc: Vpc, endpoints: Every[VpcEndpoint], *, services: str = "ec2") -> Verdict:
    """Calls that stay in AWS's network need no way out to the internet that others could use too.

    `services` names them as their endpoints do, with commas between: "ec2,s3,ssm,ecr.api,ecr.dkr,ssm-contacts".
    """
    wanted = [service.strip() for service in services.split(",")]
    if missing := vpc.services_without_endpoint(wanted, endpoints):
        return failed(f"{vpc.id} has no endpoint for {', '.join(missing)}")
    return passed(f"{vpc.id} has an endpoint for {', '.join(wanted)}")
