"""Auto Scaling: nothing is reviewed yet; scripts of launch configurations are sealed whatever their names are."""

SERVICE = "autoscaling"
OPERATIONS: tuple[str, ...] = ()
SECRET = {
    "describe_launch_configurations": ("LaunchConfigurations.UserData",),
}
