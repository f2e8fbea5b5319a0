variable "name" {
  description = "Prefix of everything made here."
  type        = string
}

variable "key_arn" {
  description = "The KMS key that the topic is encrypted with. Its policy must let CloudWatch use it, as the storage module's does."
  type        = string
}

variable "emails" {
  description = "Addresses that alerts go to. Each is asked by e-mail to confirm."
  type        = set(string)
  default     = []
}

variable "tags" {
  description = "Tags of everything made here."
  type        = map(string)
  default     = {}
}
