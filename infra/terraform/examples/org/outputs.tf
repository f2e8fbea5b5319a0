output "environment" {
  description = "The settings of a `ccm` elsewhere that reads the same record."
  value       = module.ccm.environment
}

output "role_arn" {
  description = "The role that the engine runs as."
  value       = module.ccm.role_arn
}
