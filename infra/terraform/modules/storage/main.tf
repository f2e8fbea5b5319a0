# What must not be lost: the record in DynamoDB, checkpoints and large documents in S3, and the keys of both.

data "aws_caller_identity" "here" {}
data "aws_partition" "here" {}
data "aws_region" "here" {}

locals {
  account   = data.aws_caller_identity.here.account_id
  partition = data.aws_partition.here.partition
  region    = data.aws_region.here.name
  root      = "arn:${local.partition}:iam::${local.account}:root"

  # As ccm_engine/stores/dynamodb_tables.py makes them; tests/infra compares.
  tables  = toset(["ledger", "documents", "state", "marks"])
  buckets = toset(["checkpoints", "evidence"])
}

# --- The key of everything at rest

data "aws_iam_policy_document" "key" {
  statement {
    sid       = "AccountDecides"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = [local.root]
    }
  }

  statement {
    sid       = "LogGroupsOfTheEngine"
    actions   = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["logs.${local.region}.amazonaws.com"]
    }

    condition {
      test     = "ArnLike"
      variable = "kms:EncryptionContext:aws:logs:arn"
      values   = ["arn:${local.partition}:logs:${local.region}:${local.account}:log-group:/ccm/${var.name}/*"]
    }
  }

  statement {
    sid       = "AlarmsToTheTopic"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["*"]

    principals {
      type        = "Service"
      identifiers = ["cloudwatch.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

resource "aws_kms_key" "data" {
  description             = "CCM Engine ${var.name}: record, documents, alerts and logs at rest"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy                  = data.aws_iam_policy_document.key.json
  tags                    = var.tags
}

resource "aws_kms_alias" "data" {
  name          = "alias/${var.name}-data"
  target_key_id = aws_kms_key.data.key_id
}

# --- The key that signs checkpoints

# By CloudFormation, because the provider's 5.100 does not know Ed25519 keys (ECC_NIST_EDWARDS25519), and checkpoints
# carry no other signature.
resource "aws_cloudformation_stack" "signing_key" {
  count = var.make_signing_key ? 1 : 0

  name = "${var.name}-signing-key"
  tags = var.tags

  template_body = jsonencode({
    AWSTemplateFormatVersion = "2010-09-09"
    Description              = "CCM Engine ${var.name}: the key that signs checkpoints of the record"
    Resources = {
      SigningKey = {
        Type = "AWS::KMS::Key"
        # Deleted is scheduled to be deleted: for 30 days `aws kms cancel-key-deletion` brings it back.
        DeletionPolicy = "Delete"
        # A key in its place would be another key, which the record refuses.
        UpdateReplacePolicy = "Retain"
        Properties = {
          Description         = "CCM Engine ${var.name}: signs checkpoints of the record"
          KeySpec             = "ECC_NIST_EDWARDS25519"
          KeyUsage            = "SIGN_VERIFY"
          PendingWindowInDays = 30
          KeyPolicy = {
            Version = "2012-10-17"
            Statement = [{
              Sid       = "AccountDecides"
              Effect    = "Allow"
              Principal = { AWS = local.root }
              Action    = "kms:*"
              Resource  = "*"
            }]
          }
        }
      }
    }
    Outputs = {
      KeyArn = { Value = { "Fn::GetAtt" = ["SigningKey", "Arn"] } }
    }
  })
}

# --- The record

resource "aws_dynamodb_table" "record" {
  for_each = local.tables

  name                        = "${var.name}-${each.key}"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  range_key                   = "sk"
  deletion_protection_enabled = var.protect
  tags                        = var.tags

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.data.arn
  }

  # So that the key goes last: while a table is protected, a destroy stops before it.
  depends_on = [aws_cloudformation_stack.signing_key]
}

# Entries are only ever added. A PutItem over an existing entry cannot be told from a new one here: that is what the
# signed checkpoints are for. Tamper-evident, not tamper-proof.
data "aws_iam_policy_document" "ledger" {
  statement {
    sid    = "LedgersOnlyGrow"
    effect = "Deny"
    actions = [
      "dynamodb:BatchWriteItem",
      "dynamodb:DeleteItem",
      "dynamodb:DeleteTable",
      "dynamodb:PartiQLDelete",
      "dynamodb:PartiQLUpdate",
      "dynamodb:UpdateItem",
    ]
    resources = [aws_dynamodb_table.record["ledger"].arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }
  }
}

resource "aws_dynamodb_resource_policy" "ledger" {
  count = var.protect ? 1 : 0

  resource_arn = aws_dynamodb_table.record["ledger"].arn
  policy       = data.aws_iam_policy_document.ledger.json
}

# --- Checkpoints, under Object Lock, and large documents

resource "aws_s3_bucket" "kept" {
  for_each = local.buckets

  bucket              = "${var.name}-${each.key}-${local.account}-${local.region}"
  object_lock_enabled = each.key == "checkpoints"
  # What Object Lock holds stays even so, until its time is over.
  force_destroy = !var.protect
  tags          = var.tags
}

resource "aws_s3_bucket_versioning" "kept" {
  for_each = local.buckets

  bucket = aws_s3_bucket.kept[each.key].id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_object_lock_configuration" "checkpoints" {
  bucket = aws_s3_bucket.kept["checkpoints"].id

  rule {
    default_retention {
      mode = "COMPLIANCE"
      days = var.checkpoint_days
    }
  }

  depends_on = [aws_s3_bucket_versioning.kept]
}

resource "aws_s3_bucket_server_side_encryption_configuration" "kept" {
  for_each = local.buckets

  bucket = aws_s3_bucket.kept[each.key].id

  # A checkpoint is no secret, and has to be readable for longer than the key may live.
  rule {
    bucket_key_enabled = each.key != "checkpoints"

    apply_server_side_encryption_by_default {
      sse_algorithm     = each.key == "checkpoints" ? "AES256" : "aws:kms"
      kms_master_key_id = each.key == "checkpoints" ? null : aws_kms_key.data.arn
    }
  }
}

resource "aws_s3_bucket_public_access_block" "kept" {
  for_each = local.buckets

  bucket                  = aws_s3_bucket.kept[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "kept" {
  for_each = local.buckets

  bucket = aws_s3_bucket.kept[each.key].id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "kept" {
  for_each = local.buckets

  bucket = aws_s3_bucket.kept[each.key].id

  rule {
    id     = "unfinished-uploads"
    status = "Enabled"

    filter {}

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.kept]
}

data "aws_iam_policy_document" "tls_only" {
  for_each = local.buckets

  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.kept[each.key].arn, "${aws_s3_bucket.kept[each.key].arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "tls_only" {
  for_each = local.buckets

  bucket = aws_s3_bucket.kept[each.key].id
  policy = data.aws_iam_policy_document.tls_only[each.key].json

  depends_on = [aws_s3_bucket_public_access_block.kept]
}
