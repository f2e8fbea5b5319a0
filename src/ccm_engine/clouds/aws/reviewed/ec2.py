"""EC2: responses read for secrets."""

SERVICE = "ec2"
OPERATIONS = (
    "describe_managed_prefix_lists",
    "describe_security_groups",
    "get_managed_prefix_list_entries",
)
SECRET = {"describe_instance_attribute": ("UserData",)}
