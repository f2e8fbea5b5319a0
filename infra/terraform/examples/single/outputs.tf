output "environment" {
  description = "The settings of a `ccm` elsewhere that reads the same record."
  value       = module.ccm.environment
}

output "api_url" {
  description = "The API, for signed requests."
  value       = module.ccm.api_url
}

output "topic_arn" {
  description = "The topic of alerts and alarms."
  value       = module.ccm.topic_arn
}
