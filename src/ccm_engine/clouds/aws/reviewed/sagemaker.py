"""SageMaker: responses read for secrets."""

SERVICE = "sagemaker"
OPERATIONS = (
    "describe_notebook_instance",
    "list_notebook_instances",
)
