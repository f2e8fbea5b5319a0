"""The recorded account's network: VPCs and their rules, load balancers, APIs and websites."""

from typing import Any

from recorded_identity import ACCOUNT, EU, US, ClientFor, Raw, policy
from recorded_storage import grant_log_delivery

WORLD: Raw = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
WORLD_6: Raw = {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
OFFICE: Raw = {"IpRanges": [{"CidrIp": "203.0.113.0/24"}]}
HALVES: Raw = {"IpRanges": [{"CidrIp": "0.0.0.0/1"}, {"CidrIp": "128.0.0.0/1"}]}


def tcp(first: int, last: int | None = None, protocol: str = "tcp", **sources: Any) -> dict[str, Any]:
    """Return an ingress rule."""
    return {"IpProtocol": protocol, "FromPort": first, "ToPort": last or first, **sources}


GROUPS: dict[str, list[Raw]] = {
    "web": [tcp(80, **WORLD), tcp(443, **WORLD), tcp(443, **WORLD_6)],
    "ssh-from-office": [tcp(22, **OFFICE)],
    "ssh-from-anywhere": [tcp(22, **WORLD)],
    "ssh-from-anywhere-6": [tcp(22, **WORLD_6)],
    "ssh-by-halves": [tcp(22, **HALVES)],
    "ssh-in-a-range": [tcp(20, 30, **WORLD)],
    "rdp-from-anywhere": [tcp(3389, **WORLD)],
    "rdp-over-udp": [tcp(3389, protocol="udp", **WORLD)],
    "files-from-anywhere": [tcp(445, **WORLD)],
    "database-from-anywhere": [tcp(5432, **WORLD)],
    "search-from-anywhere": [tcp(9200, **WORLD)],
    "everything": [{"IpProtocol": "-1", **WORLD}],
    "every-tcp-port": [tcp(0, 65535, **WORLD)],
    "internal": [tcp(0, 65535, IpRanges=[{"CidrIp": "10.0.0.0/8"}])],
    "nothing": [],
}


def groups(client: ClientFor) -> None:
    """Make security groups in both regions, one of them through a prefix list, and close one default group."""
    for region in (US, EU):
        ec2 = client("ec2", region)
        made = ec2.create_managed_prefix_list(
            PrefixListName="anywhere", AddressFamily="IPv4", MaxEntries=3, Entries=[{"Cidr": "0.0.0.0/0"}]
        )
        by_list = tcp(22, PrefixListIds=[{"PrefixListId": made["PrefixList"]["PrefixListId"]}])
        for name, rules in {**GROUPS, "ssh-by-a-list": [by_list]}.items():
            group = ec2.create_security_group(GroupName=name, Description=name)["GroupId"]
            if rules:
                ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rules)
    ec2 = client("ec2", EU)
    (default,) = ec2.describe_security_groups(GroupNames=["default"])["SecurityGroups"]
    if default["IpPermissions"]:
        ec2.revoke_security_group_ingress(GroupId=default["GroupId"], IpPermissions=default["IpPermissions"])
    ec2.revoke_security_group_egress(GroupId=default["GroupId"], IpPermissions=default["IpPermissionsEgress"])


def vpcs(client: ClientFor) -> None:
    """Make a good VPC and a bad one, and a road between them."""
    ec2 = client("ec2", US)
    good, bad = (ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"] for cidr in ("10.1.0.0/16", "10.2.0.0/16"))
    for vpc, prefix, public in ((good, "10.1", False), (bad, "10.2", True)):
        for number in range(3):
            made = ec2.create_subnet(VpcId=vpc, CidrBlock=f"{prefix}.{number}.0/24", AvailabilityZone="us-east-1a")
            subnet = made["Subnet"]["SubnetId"]
            if public:
                ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    ec2.create_vpc_endpoint(VpcId=good, ServiceName="com.amazonaws.us-east-1.ec2", VpcEndpointType="Interface")
    ec2.create_vpc_endpoint(VpcId=bad, ServiceName="com.amazonaws.us-east-1.s3", VpcEndpointType="Gateway")
    for vpc, traffic in ((good, "ALL"), (bad, "ACCEPT")):
        ec2.create_flow_logs(
            ResourceType="VPC",
            ResourceIds=[vpc],
            TrafficType=traffic,
            LogDestinationType="s3",
            LogDestination="arn:aws:s3:::access-logs",
        )
    _acls(ec2, good)
    for other, destination in (("10.3.0.0/16", "10.3.7.0/24"), ("10.4.0.0/16", "10.4.0.0/16")):
        peer = ec2.create_vpc(CidrBlock=other)["Vpc"]["VpcId"]
        made = ec2.create_vpc_peering_connection(VpcId=good, PeerVpcId=peer)["VpcPeeringConnection"]
        peering = made["VpcPeeringConnectionId"]
        ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
        table = ec2.create_route_table(VpcId=good)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=destination, VpcPeeringConnectionId=peering)


def _acls(ec2: Any, vpc: str) -> None:
    rule = {"Egress": False, "Protocol": "6", "CidrBlock": "0.0.0.0/0"}
    for ports in ((443, 443), (0, 65535)):
        acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
        told = {"From": ports[0], "To": ports[1]}
        ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=100, RuleAction="allow", PortRange=told, **rule)
    acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    for number, port in ((90, 22), (91, 3389)):
        told = {"From": port, "To": port}
        ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=number, RuleAction="deny", PortRange=told, **rule)
    told = {"From": 0, "To": 65535}
    ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=100, RuleAction="allow", PortRange=told, **rule)


def balancers(client: ClientFor) -> None:
    """Make load balancers of every kind, with listeners that redirect, answer, and speak old TLS."""
    elb, acm = client("elbv2", US), client("acm", US)
    subnets = [one["SubnetId"] for one in client("ec2", US).describe_subnets()["Subnets"] if one["DefaultForAz"]][:2]
    certificate = acm.request_certificate(DomainName="shop.example.com")["CertificateArn"]
    acm.request_certificate(DomainName="old.example.com", KeyAlgorithm="EC_prime256v1")
    tls = {"Certificates": [{"CertificateArn": certificate}]}
    redirect = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
    fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200", "ContentType": "text/plain"}}
    arns = {}
    for name, kind in (("good", "application"), ("bad", "application"), ("by-rule", "application"), ("net", "network")):
        made = elb.create_load_balancer(Name=name, Subnets=subnets, Type=kind)["LoadBalancers"][0]
        arns[name] = made["LoadBalancerArn"]
    _attributes(
        elb,
        arns["good"],
        {
            "deletion_protection.enabled": "true",
            "routing.http.drop_invalid_header_fields.enabled": "true",
            "access_logs.s3.enabled": "true",
            "access_logs.s3.bucket": "balancer-logs",
        },
    )
    for name in ("bad", "by-rule"):
        off = {"access_logs.s3.enabled": "false", "routing.http.drop_invalid_header_fields.enabled": "false"}
        _attributes(elb, arns[name], off)

    def listen(name: str, protocol: str, port: int, action: dict[str, Any], **how: Any) -> str:
        made = elb.create_listener(
            LoadBalancerArn=arns[name], Protocol=protocol, Port=port, DefaultActions=[action], **how
        )
        return str(made["Listeners"][0]["ListenerArn"])

    listen("good", "HTTP", 80, redirect)
    listen("good", "HTTPS", 443, fixed, SslPolicy="ELBSecurityPolicy-TLS-1-2-2017-01", **tls)
    listen("bad", "HTTP", 80, fixed)
    listen("bad", "HTTPS", 443, fixed, SslPolicy="ELBSecurityPolicy-2016-08", **tls)
    mixed = listen("by-rule", "HTTP", 80, redirect)
    path = {"Field": "path-pattern", "Values": ["/health"]}
    elb.create_rule(ListenerArn=mixed, Priority=1, Conditions=[path], Actions=[fixed])
    classic = client("elb", US)
    for name in ("old-good", "old-bad"):
        classic.create_load_balancer(
            LoadBalancerName=name,
            Listeners=[{"Protocol": "tcp", "LoadBalancerPort": 80, "InstancePort": 80}],
            AvailabilityZones=["us-east-1a"],
        )
    log = {"AccessLog": {"Enabled": True, "S3BucketName": "balancer-logs", "EmitInterval": 5}}
    classic.modify_load_balancer_attributes(LoadBalancerName="old-good", LoadBalancerAttributes=log)


def _attributes(elb: Any, arn: str, told: dict[str, str]) -> None:
    elb.modify_load_balancer_attributes(
        LoadBalancerArn=arn, Attributes=[{"Key": key, "Value": value} for key, value in told.items()]
    )


def balancer_logs(client: ClientFor) -> None:
    """Make the bucket that load balancers may write to."""
    client("s3", US).create_bucket(Bucket="balancer-logs")
    grant_log_delivery(client, "balancer-logs")
    s3 = client("s3", US)
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::balancer-logs/AWSLogs/{ACCOUNT}/*",
    }
    s3.put_bucket_policy(Bucket="balancer-logs", Policy=policy(statement))


def apis(client: ClientFor) -> None:
    """Make stages of APIs of both kinds."""
    rest, http = client("apigateway", US), client("apigatewayv2", US)
    for name, kind in (("loud", "REGIONAL"), ("silent", "EDGE"), ("inside", "PRIVATE")):
        api = rest.create_rest_api(name=name, endpointConfiguration={"types": [kind]})["id"]
        root = rest.get_resources(restApiId=api)["items"][0]["id"]
        rest.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
        rest.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
        deployment = rest.create_deployment(restApiId=api)["id"]
        rest.create_stage(restApiId=api, stageName="prod", deploymentId=deployment)
        if name == "loud":
            level = {"op": "replace", "path": "/*/*/logging/loglevel", "value": "ERROR"}
            rest.update_stage(restApiId=api, stageName="prod", patchOperations=[level])
    log = {"DestinationArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:api", "Format": "$context.requestId"}
    for name, how in (("orders", {"AccessLogSettings": log}), ("carts", {})):
        api = http.create_api(Name=name, ProtocolType="HTTP")["ApiId"]
        http.create_stage(ApiId=api, StageName="prod", **how)


def websites(client: ClientFor) -> None:
    """Make distributions."""
    cloudfront = client("cloudfront", US)
    origin = {"Id": "site", "DomainName": "site.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    log = {"Enabled": True, "IncludeCookies": False, "Bucket": "access-logs.s3.amazonaws.com", "Prefix": "cdn"}
    acl = f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/shield/0a1b2c3d"
    for name, protocol, more in (
        ("good", "redirect-to-https", {"Logging": log, "WebACLId": acl}),
        ("only-https", "https-only", {}),
        ("bad", "allow-all", {}),
    ):
        behavior = {
            "TargetOriginId": "site",
            "ViewerProtocolPolicy": protocol,
            "MinTTL": 10,
            "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
        }
        cloudfront.create_distribution(
            DistributionConfig={
                "CallerReference": name,
                "Origins": {"Quantity": 1, "Items": [origin]},
                "DefaultCacheBehavior": behavior,
                "Comment": "",
                "Enabled": True,
                **more,
            }
        )
