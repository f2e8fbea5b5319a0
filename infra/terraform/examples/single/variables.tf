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
  description = "The engine's image in ECR, with its tag."
  type        = string
}

variable "emails" {
  description = "Addresses that alerts and alarms go to."
  type        = set(string)
  default     = []
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
