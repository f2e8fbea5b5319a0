"""Auto Scaling: responses read for secrets."""

SERVICE = "autoscaling"
OPERATIONS = ("describe_launch_configurations",)
SECRET = {
    "describe_launch_configurations": ("LaunchConfigurations.UserData",),
}
