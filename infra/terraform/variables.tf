variable "name" {
  description = "Prefix of everything made here. The record is dynamodb://NAME."
  type        = string
  default     = "ccm"
}

variable "runtime" {
  description = "How the engine runs: lambda (a sweep by schedule, the API by a function URL) or fargate (ccm serve, all the time)."
  type        = string
  default     = "lambda"
}

variable "image" {
  description = "The engine's container image, with a tag or digest. Lambda takes one from ECR in the same region, for one architecture alone."
  type        = string
}

variable "architecture" {
  description = "What the image was built for: arm64 or x86_64."
  type        = string
  default     = "arm64"
}

variable "interval_minutes" {
  description = "Minutes between two sweeps."
  type        = number
  default     = 15
}

variable "emails" {
  description = "Addresses that alerts and alarms go to. Each is asked by e-mail to confirm."
  type        = set(string)
  default     = []
}

variable "settings" {
  description = "Further settings of the engine by name, such as { CCM_REGIONS = \"eu-west-1\" }; .env.example lists them. Put no secret here: secrets takes those."
  type        = map(string)
  default     = {}

  # Without `organization` the engine's role may list no accounts, and assume no role in them.
  validation {
    condition     = length(setintersection(keys(var.settings), ["CCM_ORG", "CCM_ORG_ROLE_NAME", "CCM_EXTERNAL_ID"])) == 0
    error_message = "settings cannot hold CCM_ORG, CCM_ORG_ROLE_NAME or CCM_EXTERNAL_ID: give them by organization, which grants what they need."
  }
}

variable "secrets" {
  description = "Settings that are secrets, by name, such as { CCM_SLACK_WEBHOOK_URL = \"arn:aws:secretsmanager:...\" }: each the full ARN of a secret, or of a SecureString parameter, that the engine is to read. See modules/service."
  type        = map(string)
  default     = {}
}

variable "secret_keys" {
  description = "ARNs of the KMS keys that secrets are encrypted with, where they are keys of your own."
  type        = set(string)
  default     = []
}

variable "organization" {
  description = "To judge the accounts of your organization: the role's name in each of them, and the external id it demands. Null judges only the account the engine runs in."
  type = object({
    role_name   = optional(string, "ccm-engine")
    external_id = string
  })
  default = null

  validation {
    condition = var.organization == null || try(
      length(var.organization.external_id) >= 2 && length(var.organization.external_id) <= 1224 && can(regex("^[A-Za-z0-9_+=,.@:/-]+$", var.organization.external_id)),
      false,
    )
    error_message = "organization.external_id must not be empty: 2 to 1224 letters, digits and _+=,.@:/- are taken."
  }
}

variable "protect" {
  description = "Deletion protection of the record, and a policy that denies changes to its ledger. Switch it off, and apply, before you destroy."
  type        = bool
  default     = true
}

variable "make_signing_key" {
  description = "Whether to make the KMS key that signs checkpoints. Without it, name one of your own as CCM_SIGNING_KEY in settings, and let the engine's role use it."
  type        = bool
  default     = true
}

variable "log_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 365
}

variable "lambda" {
  description = "Only for lambda: memory, seconds, concurrency, reserve. See modules/service."
  type = object({
    memory      = optional(number, 1024)
    seconds     = optional(number, 600)
    concurrency = optional(number, 5)
    reserve     = optional(bool, true)
  })
  default = {}
}

variable "fargate" {
  description = "Needed for fargate: vpc_id and subnet_ids, and what modules/service tells besides."
  type = object({
    vpc_id         = string
    subnet_ids     = list(string)
    cpu            = optional(number, 256)
    memory         = optional(number, 1024)
    public_address = optional(bool, false)
    ingress_cidrs  = optional(set(string), [])
    hosts          = optional(list(string), [])
    secrets        = optional(map(string), {})
  })
  default = null
}

variable "tags" {
  description = "Tags of everything made here."
  type        = map(string)
  default     = {}
}
