"""EC2: instances, what they are started from, and the region's defaults for them."""

from collections.abc import Iterable

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import REGION, Call, One, Resource, ask, named
from ccm_engine.resources.aws.account import Account
from ccm_engine.resources.aws.vpc_routes import RouteTable, table_of

REQUIRED, DISABLED = "required", "disabled"
RUNNING = "running"
GONE = ("shutting-down", "terminated")


class MetadataOptions(Part):
    """How an instance's metadata service answers. What is not said is decided elsewhere, so it is not required."""

    tokens: str | None = at("HttpTokens")
    endpoint: str | None = at("HttpEndpoint")

    def demand_tokens(self) -> bool:
        """Whether it answers only with a session token (IMDSv2), or not at all."""
        return self.tokens == REQUIRED or self.endpoint == DISABLED


class PrivateAddress(Part):
    """A private IPv4 address, and the public one that leads to it."""

    public: str | None = at("Association.PublicIp")


class Ipv6Address(Part):
    """An IPv6 address of an interface."""

    address: str = at("Ipv6Address")


class NetworkInterface(Part):
    """A network interface of an instance."""

    subnet: str = at("SubnetId")
    vpc: str = at("VpcId")
    public: str | None = at("Association.PublicIp")
    addresses: tuple[PrivateAddress, ...] = at("PrivateIpAddresses", default=())
    ipv6_addresses: tuple[Ipv6Address, ...] = at("Ipv6Addresses", default=())

    def public_ipv4(self) -> list[str]:
        """Return its public IPv4 addresses."""
        told = [self.public, *[private.public for private in self.addresses]]
        return [address for address in told if address]


class Instance(Resource):
    """A virtual server."""

    type = "AWS::EC2::Instance"
    listed_by = Call("ec2", "describe_instances", "Reservations[].Instances", one_by="InstanceIds", page_size=1000)
    shown_by = "id"

    id: str = at("InstanceId")
    arn: str = named("arn:{partition}:ec2:{region}:{account_id}:instance/{id}")
    state: str = at("State.Name")
    metadata: MetadataOptions = at("MetadataOptions")
    profile: str | None = at("IamInstanceProfile.Arn")
    public_address: str | None = at("PublicIpAddress")
    interfaces: tuple[NetworkInterface, ...] = at("NetworkInterfaces", default=())

    def is_gone(self) -> bool:
        """Whether it is terminated, or about to be: it stays listed for an hour."""
        return self.state in GONE

    def is_running(self) -> bool:
        """Whether it runs."""
        return self.state == RUNNING

    def internet_address(self, tables: Iterable[RouteTable]) -> str:
        """Return an address under which the internet can know it, or "".

        IPv6 addresses are all public; one counts where its subnet routes IPv6 through an internet gateway.
        Raises UnreadableError when the route table of such a subnet is not among `tables`.
        """
        if self.public_address:
            return self.public_address
        for interface in self.interfaces:
            if public := interface.public_ipv4():
                return public[0]
            if interface.ipv6_addresses and table_of(interface.subnet, interface.vpc, tables).opens_ipv6():
                return interface.ipv6_addresses[0].address
        return ""


class Image(Resource):
    """A machine image of the account's own."""

    type = "AWS::EC2::Image"
    listed_by = Call(
        "ec2", "describe_images", "Images", one_by="ImageIds", page_size=1000, arguments={"Owners": ["self"]}
    )
    shown_by = "id"

    id: str = at("ImageId")
    arn: str = named("arn:{partition}:ec2:{region}::image/{id}")
    public: bool = at("Public")


class LaunchTemplate(Resource):
    """A launch template, as its default version has it."""

    type = "AWS::EC2::LaunchTemplate"
    # Without the name of one, `$Default` lists the default version of every template.
    listed_by = Call(
        "ec2",
        "describe_launch_template_versions",
        "LaunchTemplateVersions",
        page_size=200,
        arguments={"Versions": ["$Default"]},
    )
    shown_by = "id"

    id: str = at("LaunchTemplateId")
    arn: str = named("arn:{partition}:ec2:{region}:{account_id}:launch-template/{id}")
    version: int = at("VersionNumber")
    metadata: MetadataOptions | None = at("LaunchTemplateData.MetadataOptions")


class InstanceDefaults(Account):
    """What a region's new instances get unless they are started otherwise."""

    listed_by = One("ec2", scope=REGION)

    default_tokens: str | None = ask("get_instance_metadata_defaults", "AccountLevel.HttpTokens")
