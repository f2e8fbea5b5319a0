# The way for many accounts, or for an API that is always there: `ccm serve` as one task.

locals {
  open  = try(length(var.fargate.ingress_cidrs) > 0, false)
  hosts = try(join(",", var.fargate.hosts), "")

  task_environment = merge(
    local.environment,
    { AWS_DEFAULT_REGION = local.region },
    # Keys do not exist yet: whom the security group lets in reads and runs everything.
    local.open ? { CCM_HOST = "0.0.0.0", CCM_ALLOW_ANONYMOUS = "true", CCM_ALLOWED_HOSTS = local.hosts } : {},
  )
}

resource "aws_ecs_cluster" "engine" {
  count = local.on_fargate ? 1 : 0

  name = var.name
  tags = var.tags

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

data "aws_iam_policy_document" "execution" {
  count = local.on_fargate ? 1 : 0

  statement {
    sid       = "EcrToken"
    actions   = ["ecr:GetAuthorizationToken"]
    resources = ["*"]
  }

  statement {
    sid       = "Image"
    actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    resources = ["arn:${local.partition}:ecr:*:*:repository/*"]
  }

  statement {
    sid       = "Logs"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = [for group in aws_cloudwatch_log_group.engine : "${group.arn}:*"]
  }

  dynamic "statement" {
    for_each = length(var.fargate.secrets) > 0 ? [values(var.fargate.secrets)] : []

    content {
      sid     = "Secrets"
      actions = ["secretsmanager:GetSecretValue", "ssm:GetParameters"]
      # Without a key of its JSON, a stage and a version, which are no part of the ARN that rights are for.
      resources = distinct([for arn in statement.value : join(":", slice(split(":", arn), 0, min(7, length(split(":", arn)))))])
    }
  }
}

resource "aws_iam_role" "execution" {
  count = local.on_fargate ? 1 : 0

  name               = "${var.name}-task-execution"
  description        = "ECS starts the task of CCM Engine"
  assume_role_policy = data.aws_iam_policy_document.trust.json
  tags               = var.tags
}

resource "aws_iam_role_policy" "execution" {
  count = local.on_fargate ? 1 : 0

  name   = "start"
  role   = aws_iam_role.execution[0].name
  policy = data.aws_iam_policy_document.execution[0].json
}

resource "aws_ecs_task_definition" "engine" {
  count = local.on_fargate ? 1 : 0

  family                   = "${var.name}-engine"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.fargate.cpu
  memory                   = var.fargate.memory
  task_role_arn            = aws_iam_role.engine.arn
  execution_role_arn       = aws_iam_role.execution[0].arn
  tags                     = var.tags

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.architecture == "arm64" ? "ARM64" : "X86_64"
  }

  volume {
    name = "tmp"
  }

  container_definitions = jsonencode([{
    name                   = "engine"
    image                  = var.image
    essential              = true
    entryPoint             = ["ccm"]
    command                = ["serve"]
    user                   = "65532:65532"
    readonlyRootFilesystem = true
    stopTimeout            = 60
    linuxParameters        = { initProcessEnabled = true, capabilities = { add = [], drop = ["ALL"] } }
    mountPoints            = [{ sourceVolume = "tmp", containerPath = "/tmp", readOnly = false }]
    portMappings           = [{ containerPort = 8000, hostPort = 8000, protocol = "tcp" }]
    environment            = [for name, value in local.task_environment : { name = name, value = value }]
    secrets                = [for name, arn in var.fargate.secrets : { name = name, valueFrom = arn }]

    healthCheck = {
      command = [
        "CMD", "python", "-c",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health/live', timeout=5)",
      ]
      interval    = 30
      timeout     = 10
      retries     = 3
      startPeriod = 60
    }

    logConfiguration = {
      logDriver = "awslogs"
      options = {
        awslogs-group         = aws_cloudwatch_log_group.engine["engine"].name
        awslogs-region        = local.region
        awslogs-stream-prefix = "engine"
      }
    }
  }])
}

resource "aws_security_group" "engine" {
  count = local.on_fargate ? 1 : 0

  name        = "${var.name}-engine"
  description = "CCM Engine: out by HTTPS, in only where asked for"
  vpc_id      = var.fargate.vpc_id
  tags        = var.tags
}

resource "aws_vpc_security_group_egress_rule" "https" {
  count = local.on_fargate ? 1 : 0

  security_group_id = aws_security_group.engine[0].id
  description       = "APIs of AWS"
  cidr_ipv4         = "0.0.0.0/0"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
}

resource "aws_vpc_security_group_ingress_rule" "api" {
  for_each = toset(try(var.fargate.ingress_cidrs, []))

  security_group_id = aws_security_group.engine[0].id
  description       = "The API"
  cidr_ipv4         = each.key
  ip_protocol       = "tcp"
  from_port         = 8000
  to_port           = 8000
}

resource "aws_ecs_service" "engine" {
  count = local.on_fargate ? 1 : 0

  name            = "${var.name}-engine"
  cluster         = aws_ecs_cluster.engine[0].id
  task_definition = aws_ecs_task_definition.engine[0].arn
  launch_type     = "FARGATE"
  desired_count   = 1
  propagate_tags  = "SERVICE"
  tags            = var.tags

  # The old task goes before the new one comes; a run it had begun is gone on with.
  deployment_minimum_healthy_percent = 0
  deployment_maximum_percent         = 100

  network_configuration {
    subnets          = var.fargate.subnet_ids
    security_groups  = [aws_security_group.engine[0].id]
    assign_public_ip = var.fargate.public_address
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  depends_on = [aws_iam_role_policy.own, aws_iam_role_policy_attachment.reads, aws_iam_role_policy.execution]
}
