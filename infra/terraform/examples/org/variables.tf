variable "region" {
  description = "Where the engine and its record are. It judges all regions."
  type        = string
  default     = "us-east-1"
}

variable "name" {
  description = "Prefix of everything made here."
  type        = string
  default     = "ccm"
}

variable "image" {
  description = "The engine's image, with its tag."
  type        = string
}

variable "emails" {
  description = "Addresses that alerts and alarms go to."
  type        = set(string)
  default     = []
}

variable "external_id" {
  description = "The external id that the member roles demand: a word of your own."
  type        = string
}

variable "role_name" {
  description = "Name of the role in each account."
  type        = string
  default     = "ccm-engine"
}

variable "unit_ids" {
  description = "Organizational units whose accounts get the role, also those that join later: the root's id for all."
  type        = list(string)
}

variable "delegated" {
  description = "Whether this is a delegated administrator for StackSets, not the management account."
  type        = bool
  default     = true
}

variable "management_profile" {
  description = "AWS profile of the management account, to make the role there too; null leaves it out. Not where the engine runs in the management account."
  type        = string
  default     = null
}

variable "vpc_id" {
  description = "The VPC that the engine runs in."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets with a way out to AWS's APIs."
  type        = list(string)
}

variable "secrets" {
  description = "Settings that are secrets, by name: each the full ARN of a secret or SecureString parameter of yours."
  type        = map(string)
  default     = {}
}

variable "secret_keys" {
  description = "ARNs of the KMS keys that they are encrypted with, where those are your own."
  type        = set(string)
  default     = []
}

variable "protect" {
  description = "False only to take everything down again."
  type        = bool
  default     = true
}
