output "role_arn" {
  description = "The role that the engine runs as: the one principal that member roles trust."
  value       = aws_iam_role.engine.arn
}

output "environment" {
  description = "Every setting the engine runs with, but for the address it listens on."
  value       = local.environment
}

output "api_url" {
  description = "The API's address on Lambda, to be called with requests signed by SigV4; null on Fargate."
  value       = one(aws_lambda_function_url.api[*].function_url)
}

output "log_groups" {
  description = "The engine's logs, by what writes them."
  value       = { for part, group in aws_cloudwatch_log_group.engine : part => group.name }
}
