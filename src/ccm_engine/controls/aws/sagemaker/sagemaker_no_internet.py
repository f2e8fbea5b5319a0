"""Notebooks have no way to the internet of their own."""

from ccm_engine.core import Category, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.sagemaker import NotebookInstance


@control(
    title="SageMaker notebooks have no direct internet access",
    severity=Severity.HIGH,
    category=Category.NETWORK,
    security_hub=("SageMaker.1",),
    remedy="Make the notebook instance anew in a subnet of your VPC, with direct internet access off.",
)
def sagemaker_no_internet(notebook: NotebookInstance) -> Verdict:
    """A notebook that reaches the internet directly takes training data past every filter of the network."""
    if notebook.internet_access == "Disabled":
        return passed(f"{notebook.id} has no direct internet access")
    return failed(f"{notebook.id} has direct internet access")
