# All accounts of an organization, judged from a delegated administrator: `ccm serve` on Fargate, and the read-only
# role brought into each account by a StackSet.

provider "aws" {
  region = var.region
}

module "ccm" {
  source = "../.."

  name    = var.name
  runtime = "fargate"
  image   = var.image
  emails  = var.emails
  protect = var.protect

  secrets     = var.secrets
  secret_keys = var.secret_keys

  organization = {
    role_name   = var.role_name
    external_id = var.external_id
  }

  fargate = {
    vpc_id     = var.vpc_id
    subnet_ids = var.subnet_ids
    cpu        = 1024
    memory     = 4096
  }
}

resource "aws_cloudformation_stack_set" "member_role" {
  name             = "${var.name}-member-role"
  description      = "The role that CCM Engine reads each account with"
  permission_model = "SERVICE_MANAGED"
  call_as          = var.delegated ? "DELEGATED_ADMIN" : "SELF"
  capabilities     = ["CAPABILITY_NAMED_IAM"]
  template_body    = file("${path.module}/../../../cloudformation/member-role.yaml")

  parameters = {
    EngineRoleArn = module.ccm.role_arn
    ExternalId    = var.external_id
    RoleName      = var.role_name
  }

  auto_deployment {
    enabled                          = true
    retain_stacks_on_account_removal = false
  }

  lifecycle {
    ignore_changes = [administration_role_arn]
  }
}

resource "aws_cloudformation_stack_set_instance" "units" {
  stack_set_name = aws_cloudformation_stack_set.member_role.name
  call_as        = var.delegated ? "DELEGATED_ADMIN" : "SELF"
  region         = var.region

  deployment_targets {
    organizational_unit_ids = var.unit_ids
  }

  operation_preferences {
    failure_tolerance_percentage = 100
    max_concurrent_percentage    = 25
  }
}

# A StackSet does not reach the management account: its role is made with that account's own credentials.
provider "aws" {
  alias   = "management"
  region  = var.region
  profile = var.management_profile
}

module "management_role" {
  source = "../../modules/member-role"
  count  = var.management_profile == null ? 0 : 1

  providers = {
    aws = aws.management
  }

  engine_role_arn = module.ccm.role_arn
  external_id     = var.external_id
  role_name       = var.role_name
}
