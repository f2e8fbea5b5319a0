"""CloudFront: responses read for secrets."""

SERVICE = "cloudfront"
OPERATIONS = (
    "get_distribution_config",
    "list_distributions",
)
SECRET = {
    "get_distribution_config": (
        "DistributionConfig.TenantConfig.ParameterDefinitions.Definition.StringSchema.DefaultValue",
    ),
}
