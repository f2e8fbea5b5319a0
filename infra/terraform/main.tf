# CCM Engine in one apply: where the record is kept, where alerts go, and the engine itself.

module "storage" {
  source = "./modules/storage"

  name             = var.name
  protect          = var.protect
  make_signing_key = var.make_signing_key
  tags             = var.tags
}

module "alerts" {
  source = "./modules/alerts"

  name    = var.name
  key_arn = module.storage.key_arn
  emails  = var.emails
  tags    = var.tags
}

module "service" {
  source = "./modules/service"

  name             = var.name
  runtime          = var.runtime
  image            = var.image
  architecture     = var.architecture
  interval_minutes = var.interval_minutes
  key_arn          = module.storage.key_arn
  topic_arn        = module.alerts.topic_arn
  log_days         = var.log_days
  lambda           = var.lambda
  fargate          = var.fargate
  secrets          = var.secrets
  secret_keys      = var.secret_keys
  tags             = var.tags

  policies = {
    storage = module.storage.policy
    alerts  = module.alerts.policy
  }

  organization_role_name = try(var.organization.role_name, null)

  environment = merge(
    module.storage.environment,
    module.alerts.environment,
    var.organization == null ? {} : {
      CCM_ORG           = "true"
      CCM_ORG_ROLE_NAME = var.organization.role_name
      CCM_EXTERNAL_ID   = var.organization.external_id
    },
    var.settings,
  )
}
