# Silence is an alarm. The heartbeat is the engine's own word that a whole run was recorded, counted from its log.

locals {
  heartbeat = local.on_lambda ? "sweep" : "engine"
}

resource "aws_cloudwatch_log_metric_filter" "runs" {
  name           = "${var.name}-runs"
  log_group_name = aws_cloudwatch_log_group.engine[local.heartbeat].name
  pattern        = "{ $.event = \"run complete\" && $.trigger = \"schedule\" }"

  metric_transformation {
    name      = "CompletedRuns"
    namespace = "CCM/${var.name}"
    value     = "1"
    unit      = "Count"
  }
}

resource "aws_cloudwatch_metric_alarm" "missed_runs" {
  alarm_name          = "${var.name}-missed-runs"
  alarm_description   = "CCM Engine completed no run in two intervals (${2 * var.interval_minutes} minutes). See the log group /ccm/${var.name}/${local.heartbeat}."
  namespace           = "CCM/${var.name}"
  metric_name         = aws_cloudwatch_log_metric_filter.runs.metric_transformation[0].name
  statistic           = "Sum"
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  period              = 2 * var.interval_minutes * 60
  evaluation_periods  = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [var.topic_arn]
  ok_actions          = [var.topic_arn]
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "unfinished" {
  count = local.on_lambda ? 1 : 0

  alarm_name          = "${var.name}-unfinished-sweeps"
  alarm_description   = "A sweep of CCM Engine failed three times or could not be begun. The queue ${var.name}-unfinished says which."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.unfinished[0].name }
  statistic           = "Maximum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  tags                = var.tags
}

resource "aws_cloudwatch_metric_alarm" "api_errors" {
  count = local.on_lambda ? 1 : 0

  alarm_name          = "${var.name}-api-errors"
  alarm_description   = "The API of CCM Engine fails. See the log group /ccm/${var.name}/api."
  namespace           = "AWS/Lambda"
  metric_name         = "Errors"
  dimensions          = { FunctionName = aws_lambda_function.engine["api"].function_name }
  statistic           = "Sum"
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  period              = 300
  evaluation_periods  = 2
  treat_missing_data  = "notBreaching"
  alarm_actions       = [var.topic_arn]
  tags                = var.tags
}
