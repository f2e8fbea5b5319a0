"""AWS's own descriptions of its APIs, as botocore ships them: read once, whoever asks.

A model of EC2 takes some 20 MB; clients, paging, keeping and the policy share one copy.
"""

from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

LOADER = Loader()


def operation_model(service: str, method: str) -> OperationModel:
    """Return the model of a client's method. Raises ValueError when the service has no such method."""
    model = ServiceModel(LOADER.load_service_model(service, "service-2"), service)
    for name in model.operation_names:
        if xform_name(name) == method:
            return model.operation_model(name)
    raise ValueError(f"{service} has no operation {method}")
