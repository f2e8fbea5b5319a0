variable "name" {
  description = "Prefix of everything made here."
  type        = string
}

variable "runtime" {
  description = "How the engine runs: lambda (a sweep by schedule, the API by a function URL) or fargate (ccm serve, all the time)."
  type        = string

  validation {
    condition     = contains(["lambda", "fargate"], var.runtime)
    error_message = "runtime is lambda or fargate."
  }
}

variable "image" {
  description = "The engine's container image, with a tag or digest. Lambda takes one from ECR in the same region, for one architecture alone."
  type        = string

  validation {
    condition     = can(regex("^[^:]+.*[:@].+$", var.image))
    error_message = "image names an image with its tag or digest, such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com/ccm-engine:0.1.0."
  }
}

variable "architecture" {
  description = "What the image was built for: arm64 or x86_64."
  type        = string
  default     = "arm64"

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture is arm64 or x86_64."
  }
}

variable "interval_minutes" {
  description = "Minutes between two sweeps (CHECK_INTERVAL_MINUTES)."
  type        = number
  default     = 15

  validation {
    condition     = var.interval_minutes >= 5 && var.interval_minutes <= 720 && floor(var.interval_minutes) == var.interval_minutes
    error_message = "interval_minutes takes whole minutes from 5 to 720: alarms look back two intervals, a day at most."
  }
}

variable "environment" {
  description = "Settings of the engine by name, as .env.example lists them. Put no secret here."
  type        = map(string)

  # Whoever may read a function's or a task's configuration sees its environment.
  validation {
    condition = alltrue([
      for name, value in var.environment : !contains(
        ["CCM_SLACK_WEBHOOK_URL", "CCM_HEARTBEAT_URL", "CCM_BROKER_URL", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"], name
      ) || (name == "CCM_BROKER_URL" && value == "sqs://")
    ])
    error_message = "CCM_SLACK_WEBHOOK_URL, CCM_HEARTBEAT_URL, CCM_BROKER_URL (but sqs://) and OTEL_EXPORTER_OTLP_HEADERS are secrets: keep them in Secrets Manager or the Parameter Store, and give their ARNs by secrets."
  }
}

variable "secrets" {
  description = "Settings that are secrets, by name: each the full ARN of a secret in Secrets Manager, with :KEY:: behind it for one key of its JSON, or of a SecureString in the Parameter Store. The engine reads them with its own role."
  type        = map(string)
  default     = {}

  validation {
    condition = length(setsubtract(keys(var.secrets), [
      "CCM_SLACK_WEBHOOK_URL", "CCM_HEARTBEAT_URL", "CCM_BROKER_URL", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
    ])) == 0
    error_message = "secrets takes CCM_SLACK_WEBHOOK_URL, CCM_HEARTBEAT_URL, CCM_BROKER_URL and OTEL_EXPORTER_OTLP_HEADERS: the engine reads no other setting by its ARN."
  }

  # The role's rights are for the very ARN, so the six characters that AWS puts at its end are needed.
  validation {
    condition = alltrue([
      for arn in values(var.secrets) : anytrue([
        can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}(:[^:]*:[^:]*:[^:]*)?$", arn)),
        can(regex("^arn:aws[a-z-]*:ssm:[a-z0-9-]+:[0-9]{12}:parameter/[A-Za-z0-9/_.-]+$", arn)),
      ])
    ])
    error_message = "secrets takes full ARNs, and never a value: arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME-AbCdEf (the six characters too; :KEY:: behind it is one key of its JSON) or arn:aws:ssm:REGION:ACCOUNT:parameter/NAME."
  }
}

variable "secret_keys" {
  description = "ARNs of the KMS keys that secrets are encrypted with, where they are keys of your own. The engine's role may decrypt with them what Secrets Manager and the Parameter Store keep."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for arn in var.secret_keys : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", arn))])
    error_message = "secret_keys takes ARNs of keys, not of aliases: arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "policies" {
  description = "What the engine does to its own resources, as IAM policy documents in JSON: the policy outputs of storage and alerts."
  type        = map(string)
}

variable "organization_role_name" {
  description = "Name of the role in each account of the organization (CCM_ORG_ROLE_NAME); null where only the engine's own account is judged."
  type        = string
  default     = null
}

variable "key_arn" {
  description = "The KMS key that logs and function settings are encrypted with. Its policy must let CloudWatch Logs use it, as the storage module's does."
  type        = string
}

variable "topic_arn" {
  description = "The SNS topic that alarms go to."
  type        = string
}

variable "log_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 365
}

variable "lambda" {
  description = "Only for lambda. memory: MiB. seconds: the time a sweep has, after which Lambda's retry goes on with it. concurrency: how many API calls at a time. reserve: false where the account's concurrency limit leaves nothing to reserve."
  type = object({
    memory      = optional(number, 1024)
    seconds     = optional(number, 600)
    concurrency = optional(number, 5)
    reserve     = optional(bool, true)
  })
  default = {}

  validation {
    condition     = var.lambda.seconds >= 60 && var.lambda.seconds <= 900
    error_message = "lambda.seconds takes 60 to 900."
  }
}

variable "fargate" {
  description = "Needed for fargate: the VPC and its subnets (private, with a way out to AWS's APIs). cpu and memory as Fargate pairs them. public_address: where the subnets have no NAT. ingress_cidrs: who may reach the API on port 8000, without any key; hosts: the names they reach it under. secrets: variables that ECS fills in itself, such as those of your own controls, each an ARN in Secrets Manager or Parameter Store; what the variable secrets takes belongs there."
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

  validation {
    condition     = var.runtime != "fargate" || var.fargate != null
    error_message = "runtime fargate needs fargate = { vpc_id = ..., subnet_ids = [...] }."
  }

  validation {
    condition     = length(setintersection(keys(try(var.fargate.secrets, {})), keys(var.secrets))) == 0
    error_message = "fargate.secrets and secrets name the same variable: leave it to secrets."
  }

  validation {
    condition     = alltrue([for cidr in try(var.fargate.ingress_cidrs, []) : !endswith(cidr, "/0")])
    error_message = "fargate.ingress_cidrs never takes the whole internet: whoever reaches the API reads and runs everything."
  }
}

variable "tags" {
  description = "Tags of everything made here."
  type        = map(string)
  default     = {}
}
