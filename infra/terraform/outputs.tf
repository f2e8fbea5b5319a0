output "environment" {
  description = "Every setting the engine runs with: what a `ccm` elsewhere needs to read the same record."
  value       = module.service.environment
}

output "role_arn" {
  description = "The role that the engine runs as: the one principal that member roles trust."
  value       = module.service.role_arn
}

output "api_url" {
  description = "The API's address on Lambda, to be called with requests signed by SigV4; null on Fargate."
  value       = module.service.api_url
}

output "topic_arn" {
  description = "The SNS topic of alerts and alarms."
  value       = module.alerts.topic_arn
}

output "table_arns" {
  description = "The tables of the record."
  value       = module.storage.table_arns
}

output "bucket_arns" {
  description = "The buckets of checkpoints and large documents."
  value       = module.storage.bucket_arns
}

output "log_groups" {
  description = "The engine's logs."
  value       = module.service.log_groups
}
