"""The traffic of every network is recorded."""

from ccm_engine.core import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.vpc import FlowLog, Subnet, Vpc


@control(
    title="VPC flow logs are on",
    severity=Severity.MEDIUM,
    category=Category.NETWORK,
    security_hub=("EC2.6",),
    remedy="Create a flow log on the VPC for rejected or all traffic, and see that it is delivered.",
)
def vpc_flow_logs(
    vpc: Vpc, flow_logs: Every[FlowLog], subnets: Every[Subnet], *, subnets_suffice: bool = False
) -> Verdict:
    """Without a record of its traffic nobody can say who reached a network, or what left it.

    `subnets_suffice`: flow logs on all its subnets count for one on the VPC.
    """
    if log := vpc.recorded_by(flow_logs):
        return passed(f"{vpc.id} is recorded by {log}")
    if not subnets_suffice:
        return failed(f"no working flow log records the rejected traffic of {vpc.id}")
    if unrecorded := vpc.subnets_unrecorded(flow_logs, subnets):
        return failed(f"no working flow log records {vpc.id} or its {', '.join(unrecorded)}")
    return passed(f"flow logs record every subnet of {vpc.id}")
