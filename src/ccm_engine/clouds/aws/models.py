"""AWS's own descriptions of its APIs, as botocore ships them: read once, whoever asks.

Clients, paging, keeping and the policy share one copy.
"""

from functools import cache

from botocore import xform_name
from botocore.model import OperationModel, ServiceModel

from ccm_engine.clouds.aws.lean_models import LeanLoader

LOADER = LeanLoader()


def operation_model(service: str, method: str) -> OperationModel:
    """Return the model of a client's method. Raises ValueError when the service has no such method."""
    name = _names(service).get(method)
    if name is None:
        raise ValueError(f"{service} has no operation {method}")
    return _model(service).operation_model(name)


@cache
def _model(service: str) -> ServiceModel:
    return ServiceModel(LOADER.load_service_model(service, "service-2"), service)


@cache
def _names(service: str) -> dict[str, str]:
    """Return the API's names of a client's methods."""
    return {xform_name(name): name for name in _model(service).operation_names}
