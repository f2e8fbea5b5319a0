# Settings that are secrets: the engine is told their ARNs, and reads them itself. No environment holds their values.

locals {
  secret_places = { for arn in values(var.secrets) : arn => split(":", arn) }

  # Without what may stand behind it: a key of its JSON, a stage and a version.
  secret_arns    = distinct([for parts in values(local.secret_places) : join(":", slice(parts, 0, 7)) if parts[2] == "secretsmanager"])
  parameter_arns = distinct([for arn, parts in local.secret_places : arn if parts[2] == "ssm"])

  # In China a service's name ends otherwise.
  secret_services = distinct(flatten([
    for parts in values(local.secret_places) : [
      for suffix in ["amazonaws.com", data.aws_partition.here.dns_suffix] : "${parts[2]}.${parts[3]}.${suffix}"
    ]
  ]))
}

data "aws_iam_policy_document" "secrets" {
  count = length(var.secrets) > 0 ? 1 : 0

  dynamic "statement" {
    for_each = length(local.secret_arns) > 0 ? [local.secret_arns] : []

    content {
      sid       = "Secrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = statement.value
    }
  }

  dynamic "statement" {
    for_each = length(local.parameter_arns) > 0 ? [local.parameter_arns] : []

    content {
      sid       = "Parameters"
      actions   = ["ssm:GetParameter"]
      resources = statement.value
    }
  }

  dynamic "statement" {
    for_each = length(var.secret_keys) > 0 ? [var.secret_keys] : []

    content {
      sid       = "KeysOfSecrets"
      actions   = ["kms:Decrypt"]
      resources = statement.value

      condition {
        test     = "StringEquals"
        variable = "kms:ViaService"
        values   = local.secret_services
      }
    }
  }
}
