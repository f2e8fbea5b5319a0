"""Elastic Beanstalk: nothing is reviewed yet; values of options are sealed whatever their names are."""

SERVICE = "elasticbeanstalk"
OPERATIONS: tuple[str, ...] = ()
SECRET = {
    "describe_configuration_settings": ("ConfigurationSettings.OptionSettings.Value",),
}
