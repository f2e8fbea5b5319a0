"""Elastic Load Balancing: responses read for secrets."""

SERVICE = "elbv2"
OPERATIONS = (
    "describe_listeners",
    "describe_load_balancer_attributes",
    "describe_load_balancers",
    "describe_rules",
    "describe_ssl_policies",
)
SECRET = {
    "describe_listeners": (
        "Listeners.DefaultActions.AuthenticateCognitoConfig.AuthenticationRequestExtraParams",
        "Listeners.DefaultActions.AuthenticateOidcConfig.AuthenticationRequestExtraParams",
    ),
    "describe_rules": (
        "Rules.Actions.AuthenticateCognitoConfig.AuthenticationRequestExtraParams",
        "Rules.Actions.AuthenticateOidcConfig.AuthenticationRequestExtraParams",
        "Rules.Conditions.HttpHeaderConfig.RegexValues",
        "Rules.Conditions.HttpHeaderConfig.Values",
        "Rules.Conditions.QueryStringConfig.Values",
        "Rules.Conditions.RegexValues",
        "Rules.Conditions.Values",
    ),
}
