output "environment" {
  description = "Settings of the engine that name what was made here: CCM_SNS_TOPIC_ARN."
  value       = { CCM_SNS_TOPIC_ARN = aws_sns_topic.alerts.arn }
}

output "topic_arn" {
  description = "The topic."
  value       = aws_sns_topic.alerts.arn
}

output "policy" {
  description = "What the engine does to the topic, as an IAM policy document in JSON."
  value       = data.aws_iam_policy_document.engine.json
}
