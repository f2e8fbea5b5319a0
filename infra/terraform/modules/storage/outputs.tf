output "environment" {
  description = "Settings of the engine that name what was made here: CCM_STORE, CCM_CHECKPOINT_BUCKET, CCM_EVIDENCE_BUCKET and, where the key was made here, CCM_SIGNING_KEY."
  value = merge(
    {
      CCM_STORE             = "dynamodb://${var.name}"
      CCM_CHECKPOINT_BUCKET = aws_s3_bucket.kept["checkpoints"].bucket
      CCM_EVIDENCE_BUCKET   = aws_s3_bucket.kept["evidence"].bucket
    },
    var.make_signing_key ? { CCM_SIGNING_KEY = aws_cloudformation_stack.signing_key[0].outputs["KeyArn"] } : {},
  )
}

output "key_arn" {
  description = "The KMS key of everything at rest."
  value       = aws_kms_key.data.arn
}

output "policy" {
  description = "What the engine does to its own record, as an IAM policy document in JSON. It reads, adds and replaces; it deletes nothing of the ledger."
  value       = data.aws_iam_policy_document.engine.json
}

output "table_arns" {
  description = "The tables of the record, by what they hold: ledger, documents, state, marks."
  value       = { for name, table in aws_dynamodb_table.record : name => table.arn }
}

output "bucket_arns" {
  description = "The buckets, by what they hold: checkpoints, evidence."
  value       = { for name, bucket in aws_s3_bucket.kept : name => bucket.arn }
}
