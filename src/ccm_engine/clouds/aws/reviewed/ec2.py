"""EC2: responses read for secrets."""

SERVICE = "ec2"
OPERATIONS = (
    "describe_flow_logs",
    "describe_images",
    "describe_instances",
    "describe_launch_template_versions",
    "describe_managed_prefix_lists",
    "describe_network_acls",
    "describe_route_tables",
    "describe_security_groups",
    "describe_snapshots",
    "describe_subnets",
    "describe_volumes",
    "describe_vpc_endpoints",
    "describe_vpc_peering_connections",
    "describe_vpcs",
    "get_ebs_encryption_by_default",
    "get_instance_metadata_defaults",
    "get_managed_prefix_list_entries",
    "get_snapshot_block_public_access_state",
)
SECRET = {"describe_instance_attribute": ("UserData",)}
VOLATILE = {
    "describe_images": ("LastLaunchedTime",),
    "describe_subnets": ("AvailableIpAddressCount",),
}
