"""SageMaker: notebook instances."""

from ccm_engine.core.reading import at
from ccm_engine.core.resource import Call, Resource, ask


class NotebookInstance(Resource):
    """A machine that runs notebooks."""

    type = "AWS::SageMaker::NotebookInstance"
    listed_by = Call("sagemaker", "list_notebook_instances", "NotebookInstances")

    id: str = at("NotebookInstanceName")
    arn: str = at("NotebookInstanceArn")
    internet_access: str = ask(
        "describe_notebook_instance", "DirectInternetAccess", NotebookInstanceName="NotebookInstanceName"
    )
