output "role_arn" {
  description = "The role that the engine assumes."
  value       = aws_iam_role.reader.arn
}

output "role_name" {
  description = "Its name: CCM_ORG_ROLE_NAME."
  value       = aws_iam_role.reader.name
}
