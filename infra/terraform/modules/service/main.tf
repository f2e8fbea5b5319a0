# The engine itself: its role here, its logs and alarms beside it, and one of two ways to run it.

data "aws_caller_identity" "here" {}
data "aws_partition" "here" {}
data "aws_region" "here" {}

locals {
  account   = data.aws_caller_identity.here.account_id
  partition = data.aws_partition.here.partition
  region    = data.aws_region.here.name

  on_lambda  = var.runtime == "lambda"
  on_fargate = var.runtime == "fargate"
  parts      = local.on_lambda ? toset(["sweep", "api"]) : toset(["engine"])

  environment = merge(
    {
      CHECK_INTERVAL_MINUTES = tostring(var.interval_minutes)
      CCM_LOG_FORMAT         = "json"
    },
    var.environment,
    var.secrets,
  )

  policies = "${path.module}/../../policies"
  reads    = { for file in fileset(local.policies, "read-only-*.json") : trimsuffix(file, ".json") => file }
}

# --- The role

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = [local.on_lambda ? "lambda.amazonaws.com" : "ecs-tasks.amazonaws.com"]
    }

    # Lambda names no source account when it assumes a role.
    dynamic "condition" {
      for_each = local.on_fargate ? [local.account] : []

      content {
        test     = "StringEquals"
        variable = "aws:SourceAccount"
        values   = [condition.value]
      }
    }
  }
}

resource "aws_iam_role" "engine" {
  # Not the name of a member role: in an organization this account may get that one too.
  name               = "${var.name}-engine-runner"
  description        = "CCM Engine: reads configuration, writes its own record"
  assume_role_policy = data.aws_iam_policy_document.trust.json
  tags               = var.tags
}

# What it reads of the account it runs in: what `ccm policy` prints.
resource "aws_iam_policy" "reads" {
  for_each = local.reads

  name        = "${var.name}-engine-runner-${each.key}"
  description = "What CCM Engine reads, derived from its controls"
  policy      = jsonencode(jsondecode(file("${local.policies}/${each.value}")))
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "reads" {
  for_each = local.reads

  role       = aws_iam_role.engine.name
  policy_arn = aws_iam_policy.reads[each.key].arn
}

resource "aws_iam_role_policy" "own" {
  for_each = merge(
    var.policies,
    { logs = data.aws_iam_policy_document.logs.json },
    var.organization_role_name == null ? {} : { organization = data.aws_iam_policy_document.organization[0].json },
    length(var.secrets) == 0 ? {} : { secrets = data.aws_iam_policy_document.secrets[0].json },
    local.on_lambda ? { unfinished = data.aws_iam_policy_document.unfinished[0].json } : {},
  )

  name   = each.key
  role   = aws_iam_role.engine.name
  policy = each.value
}

data "aws_iam_policy_document" "organization" {
  count = var.organization_role_name == null ? 0 : 1

  source_policy_documents = [file("${local.policies}/organization.json")]

  statement {
    sid       = "CcmEngineMembers"
    actions   = ["sts:AssumeRole"]
    resources = ["arn:${local.partition}:iam::*:role/${var.organization_role_name}"]
  }
}

# --- Logs

resource "aws_cloudwatch_log_group" "engine" {
  for_each = local.parts

  name              = "/ccm/${var.name}/${each.key}"
  retention_in_days = var.log_days
  kms_key_id        = var.key_arn
  tags              = var.tags
}

data "aws_iam_policy_document" "logs" {
  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = [for group in aws_cloudwatch_log_group.engine : "${group.arn}:*"]
  }
}
