"""VPC: networks, their subnets, what records their traffic, and their private ways to AWS's own services."""

from collections.abc import Iterable

from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource, named

# What is refused shows an attack; ACCEPT alone leaves it out.
SHOWS_REFUSALS = ("ALL", "REJECT")


class FlowLog(Resource):
    """A record of the traffic of a VPC, a subnet or an interface."""

    type = "AWS::EC2::FlowLog"
    listed_by = Call("ec2", "describe_flow_logs", "FlowLogs", one_by="FlowLogIds", page_size=1000)
    shown_by = "id"

    id: str = at("FlowLogId")
    arn: str = named("arn:{partition}:ec2:{region}:{account_id}:vpc-flow-log/{id}")
    about: str = at("ResourceId")
    state: str = at("FlowLogStatus")
    delivery: str | None = at("DeliverLogsStatus")
    # A transit gateway's has none.
    traffic: str | None = at("TrafficType")

    def records(self, resource: str) -> bool:
        """Whether it works and records at least what is refused on the VPC or subnet `resource`."""
        works = self.state == "ACTIVE" and self.delivery != "FAILED"
        return works and self.about == resource and self.traffic in SHOWS_REFUSALS


class Subnet(Resource):
    """A part of a VPC in one zone."""

    type = "AWS::EC2::Subnet"
    listed_by = Call("ec2", "describe_subnets", "Subnets", one_by="SubnetIds")
    shown_by = "id"

    id: str = at("SubnetId")
    arn: str = at("SubnetArn")
    vpc: str = at("VpcId")
    gives_public_addresses: bool = at("MapPublicIpOnLaunch")


class VpcEndpoint(Resource):
    """A private way from a VPC to a service."""

    type = "AWS::EC2::VPCEndpoint"
    listed_by = Call("ec2", "describe_vpc_endpoints", "VpcEndpoints", one_by="VpcEndpointIds", page_size=1000)
    shown_by = "id"

    id: str = at("VpcEndpointId")
    arn: str = named("arn:{partition}:ec2:{region}:{account_id}:vpc-endpoint/{id}")
    vpc: str = at("VpcId")
    # Those to a resource or a service network name no service.
    service: str | None = at("ServiceName")
    state: str = at("State")

    def leads_to(self, service: str) -> bool:
        """Whether it is in use and leads to AWS's own `service` (`ec2`, `ecr.api`) in its region."""
        # The API's model writes Available, its answers say available.
        return bool(self.service and self.service.endswith(f".amazonaws.{self.region}.{service}")) and (
            self.state.lower() == "available"
        )


class Vpc(Resource):
    """A virtual network."""

    type = "AWS::EC2::VPC"
    listed_by = Call("ec2", "describe_vpcs", "Vpcs", one_by="VpcIds")
    shown_by = "id"

    id: str = at("VpcId")
    arn: str = named("arn:{partition}:ec2:{region}:{account_id}:vpc/{id}")

    def recorded_by(self, logs: Iterable[FlowLog]) -> str:
        """Return the id of a flow log that records all of it, or ""."""
        return next((log.id for log in logs if log.records(self.id)), "")

    def subnets_unrecorded(self, logs: Iterable[FlowLog], subnets: Iterable[Subnet]) -> list[str]:
        """Return the ids of its subnets that no flow log of their own records; its own id when it has none."""
        known = list(logs)
        own = [subnet.id for subnet in subnets if subnet.vpc == self.id] or [self.id]
        return [subnet for subnet in own if not any(log.records(subnet) for log in known)]

    def services_without_endpoint(self, services: Iterable[str], endpoints: Iterable[VpcEndpoint]) -> list[str]:
        """Return those of the `services` to which no endpoint of its own leads."""
        own = [endpoint for endpoint in endpoints if endpoint.vpc == self.id]
        return [service for service in services if not any(endpoint.leads_to(service) for endpoint in own)]
