# The read-only role in an account that is judged from another one. Its permissions are what `ccm policy` prints.

locals {
  policies = "${path.module}/../../policies"
  reads    = { for file in fileset(local.policies, "read-only-*.json") : trimsuffix(file, ".json") => file }
}

data "aws_iam_policy_document" "trust" {
  statement {
    sid     = "EngineWithExternalId"
    actions = ["sts:AssumeRole"]

    principals {
      type        = "AWS"
      identifiers = [var.engine_role_arn]
    }

    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = [var.external_id]
    }
  }
}

resource "aws_iam_role" "reader" {
  name                 = var.role_name
  description          = "CCM Engine reads this account's configuration"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 3600
  tags                 = var.tags
}

resource "aws_iam_policy" "reads" {
  for_each = local.reads

  name        = "${var.role_name}-${each.key}"
  description = "What CCM Engine reads, derived from its controls"
  policy      = jsonencode(jsondecode(file("${local.policies}/${each.value}")))
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "reads" {
  for_each = local.reads

  role       = aws_iam_role.reader.name
  policy_arn = aws_iam_policy.reads[each.key].arn
}
