variable "engine_role_arn" {
  description = "The role that the engine runs as: the only principal that may assume the role made here."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$", var.engine_role_arn))
    error_message = "engine_role_arn takes the ARN of one role, such as arn:aws:iam::111122223333:role/ccm-engine-runner; never a whole account."
  }
}

variable "external_id" {
  description = "The external id that the engine must give (CCM_EXTERNAL_ID): a word of your own, the same in all accounts."
  type        = string
  nullable    = false

  validation {
    condition     = length(var.external_id) >= 2 && length(var.external_id) <= 1224 && can(regex("^[A-Za-z0-9_+=,.@:/-]+$", var.external_id))
    error_message = "external_id must not be empty: 2 to 1224 letters, digits and _+=,.@:/- are taken."
  }
}

variable "role_name" {
  description = "Name of the role (CCM_ORG_ROLE_NAME), the same in all accounts."
  type        = string
  default     = "ccm-engine"
}

variable "tags" {
  description = "Tags of everything made here."
  type        = map(string)
  default     = {}
}
