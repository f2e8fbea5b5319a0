variable "name" {
  description = "Prefix of everything made here. CCM_STORE becomes dynamodb://NAME."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "name takes 3 to 24 lower-case letters, digits and hyphens, and begins with a letter."
  }
}

variable "protect" {
  description = "Deletion protection of the tables, a policy that denies changes to the ledger, and buckets that must be empty before they go. Switch it off, and apply, before you destroy."
  type        = bool
  default     = true
}

variable "checkpoint_days" {
  description = "Days for which what is put into the checkpoint bucket without a lock of its own stays locked. The engine locks each checkpoint itself, for 400 days."
  type        = number
  default     = 400

  validation {
    condition     = var.checkpoint_days >= 1 && var.checkpoint_days <= 36500
    error_message = "checkpoint_days takes 1 to 36500 days."
  }
}

variable "make_signing_key" {
  description = "Whether to make the KMS key that signs checkpoints. Without it, name one of your own in CCM_SIGNING_KEY."
  type        = bool
  default     = true
}

variable "tags" {
  description = "Tags of everything made here."
  type        = map(string)
  default     = {}
}
