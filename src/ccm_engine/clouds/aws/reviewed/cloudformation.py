"""CloudFormation: nothing is reviewed yet; parameters of stacks are sealed whatever their names are."""

SERVICE = "cloudformation"
OPERATIONS: tuple[str, ...] = ()
SECRET = {
    "describe_stacks": ("Stacks.Parameters.ParameterValue",),
}
