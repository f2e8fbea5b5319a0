"""Elastic Load Balancing, classic: responses read for secrets."""

SERVICE = "elb"
OPERATIONS = (
    "describe_load_balancer_attributes",
    "describe_load_balancers",
)
