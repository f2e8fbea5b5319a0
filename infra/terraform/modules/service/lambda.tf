# The way for one or a few accounts: a sweep by schedule, and the API when somebody asks. Nothing runs in between.

locals {
  functions = {
    sweep = {
      does        = "judges the accounts, records and alerts"
      seconds     = var.lambda.seconds
      concurrency = 1
    }
    api = {
      does = "answers the API"
      # A run that was asked for is waited for.
      seconds     = 120
      concurrency = var.lambda.concurrency
    }
  }
}

resource "aws_lambda_function" "engine" {
  for_each = local.on_lambda ? local.functions : {}

  function_name                  = "${var.name}-${each.key}"
  description                    = "CCM Engine: ${each.value.does}"
  role                           = aws_iam_role.engine.arn
  package_type                   = "Image"
  image_uri                      = var.image
  architectures                  = [var.architecture]
  memory_size                    = var.lambda.memory
  timeout                        = each.value.seconds
  reserved_concurrent_executions = var.lambda.reserve ? each.value.concurrency : -1
  kms_key_arn                    = var.key_arn
  tags                           = var.tags

  image_config {
    entry_point = ["python", "-m", "awslambdaric"]
    command     = ["ccm_engine.functions.${each.key}.handler"]
  }

  environment {
    variables = local.environment
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.engine[each.key].name
  }

  depends_on = [aws_iam_role_policy.own, aws_iam_role_policy_attachment.reads]
}

# --- The schedule

data "aws_iam_policy_document" "scheduler_trust" {
  count = local.on_lambda ? 1 : 0

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["scheduler.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.account]
    }
  }
}

data "aws_iam_policy_document" "scheduler" {
  count = local.on_lambda ? 1 : 0

  statement {
    sid       = "Sweep"
    actions   = ["lambda:InvokeFunction"]
    resources = [aws_lambda_function.engine["sweep"].arn]
  }

  statement {
    sid       = "Undelivered"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.unfinished[0].arn]
  }
}

resource "aws_iam_role" "scheduler" {
  count = local.on_lambda ? 1 : 0

  name               = "${var.name}-scheduler"
  description        = "EventBridge Scheduler begins the sweeps of CCM Engine"
  assume_role_policy = data.aws_iam_policy_document.scheduler_trust[0].json
  tags               = var.tags
}

resource "aws_iam_role_policy" "scheduler" {
  count = local.on_lambda ? 1 : 0

  name   = "sweep"
  role   = aws_iam_role.scheduler[0].name
  policy = data.aws_iam_policy_document.scheduler[0].json
}

resource "aws_scheduler_schedule" "sweep" {
  count = local.on_lambda ? 1 : 0

  name                = "${var.name}-sweep"
  description         = "A sweep of CCM Engine every ${var.interval_minutes} minutes"
  schedule_expression = "rate(${var.interval_minutes} minutes)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.engine["sweep"].arn
    role_arn = aws_iam_role.scheduler[0].arn

    # The event of a time that is over is worth nothing: the next one is there.
    retry_policy {
      maximum_event_age_in_seconds = max(60, var.interval_minutes * 60)
      maximum_retry_attempts       = 3
    }

    dead_letter_config {
      arn = aws_sqs_queue.unfinished[0].arn
    }
  }

  depends_on = [aws_iam_role_policy.scheduler]
}

# --- What was not finished

# A sweep that ran out of time or failed is tried twice more; it goes on with the run it had begun.
resource "aws_lambda_function_event_invoke_config" "sweep" {
  count = local.on_lambda ? 1 : 0

  function_name                = aws_lambda_function.engine["sweep"].function_name
  maximum_event_age_in_seconds = max(60, var.interval_minutes * 60)
  maximum_retry_attempts       = 2

  destination_config {
    on_failure {
      destination = aws_sqs_queue.unfinished[0].arn
    }
  }

  # Lambda tries out whether the role may send there.
  depends_on = [aws_iam_role_policy.own]
}

resource "aws_sqs_queue" "unfinished" {
  count = local.on_lambda ? 1 : 0

  name                      = "${var.name}-unfinished"
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  tags                      = var.tags
}

data "aws_iam_policy_document" "unfinished" {
  count = local.on_lambda ? 1 : 0

  statement {
    sid       = "Unfinished"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.unfinished[0].arn]
  }
}

# --- The API

# Who may call it, IAM decides: lambda:InvokeFunctionUrl and lambda:InvokeFunction on the function.
resource "aws_lambda_function_url" "api" {
  count = local.on_lambda ? 1 : 0

  function_name      = aws_lambda_function.engine["api"].function_name
  authorization_type = "AWS_IAM"
}
