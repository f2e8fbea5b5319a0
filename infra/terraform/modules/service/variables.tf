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

  validation {
    condition     = !contains(keys(var.environment), "CCM_SLACK_WEBHOOK_URL")
    error_message = "CCM_SLACK_WEBHOOK_URL is a secret: give it by fargate.secrets, from Secrets Manager or Parameter Store."
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
  description = "Needed for fargate: the VPC and its subnets (private, with a way out to AWS's APIs). cpu and memory as Fargate pairs them. public_address: where the subnets have no NAT. ingress_cidrs: who may reach the API on port 8000, without any key; hosts: the names they reach it under. secrets: settings by name, each an ARN in Secrets Manager or Parameter Store."
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
    condition     = alltrue([for cidr in try(var.fargate.ingress_cidrs, []) : !endswith(cidr, "/0")])
    error_message = "fargate.ingress_cidrs never takes the whole internet: whoever reaches the API reads and runs everything."
  }
}

variable "tags" {
  description = "Tags of everything made here."
  type        = map(string)
  default     = {}
}
