# What the engine does to its own record. Purging, restoring and rebuilding are an operator's work, with his rights.

data "aws_iam_policy_document" "engine" {
  statement {
    sid       = "Ledger"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
    resources = [aws_dynamodb_table.record["ledger"].arn]
  }

  statement {
    sid       = "Documents"
    actions   = ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
    resources = [aws_dynamodb_table.record["documents"].arn]
  }

  statement {
    sid       = "StateAndMarks"
    actions   = ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"]
    resources = [aws_dynamodb_table.record["state"].arn, aws_dynamodb_table.record["marks"].arn]
  }

  statement {
    sid       = "Checkpoints"
    actions   = ["s3:GetObject", "s3:PutObject", "s3:PutObjectRetention"]
    resources = ["${aws_s3_bucket.kept["checkpoints"].arn}/*"]
  }

  statement {
    sid       = "LargeDocuments"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.kept["evidence"].arn}/*"]
  }

  statement {
    sid       = "Buckets"
    actions   = ["s3:GetBucketObjectLockConfiguration", "s3:ListBucket"]
    resources = [for bucket in aws_s3_bucket.kept : bucket.arn]
  }

  statement {
    sid       = "AtRest"
    actions   = ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"]
    resources = [aws_kms_key.data.arn]
  }

  dynamic "statement" {
    for_each = aws_cloudformation_stack.signing_key

    content {
      sid       = "Signs"
      actions   = ["kms:GetPublicKey", "kms:Sign"]
      resources = [statement.value.outputs["KeyArn"]]
    }
  }
}
