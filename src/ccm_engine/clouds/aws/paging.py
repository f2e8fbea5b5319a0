"""How operations page: as botocore tells, and as AWS's reference tells of those botocore leaves out."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore.exceptions import BotoCoreError, UnknownServiceError
from botocore.model import OperationModel
from botocore.paginate import PaginatorModel

from ccm_engine.clouds.aws.models import LOADER, operation_model
from ccm_engine.core.resource import Call

# Reading the first page only would hide what stands on the next.
UNTOLD: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("ssm", "DescribeDocumentPermission"): {
        "input_token": "NextToken",
        "output_token": "NextToken",
        "limit_key": "MaxResults",
        "result_key": "AccountIds",
    },
    ("wafv2", "ListWebACLs"): {
        "input_token": "NextMarker",
        "output_token": "NextMarker",
        "limit_key": "Limit",
        "result_key": "WebACLs",
    },
}


@cache
def paging_of(service: str, api_name: str) -> Mapping[str, Any] | None:
    """Return how an operation pages, None when it answers in one piece."""
    if (service, api_name) in UNTOLD:
        return UNTOLD[service, api_name]
    try:
        model = PaginatorModel(LOADER.load_service_model(service, "paginators-1"))
        paging: Mapping[str, Any] = model.get_paginator(api_name)
    except (UnknownServiceError, ValueError, BotoCoreError):
        return None
    return paging


def paging_members(paging: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the members of a response that only say where the next page is: they differ from run to run."""
    tokens = paging["output_token"]
    return (*([tokens] if isinstance(tokens, str) else tokens), paging.get("more_results", ""))


def most_in_a_page(listing: Call) -> int | None:
    """Return how many items one answer to a listing holds at most: None where it is not paged, 0 where nobody knows."""
    model = operation_model(listing.service, listing.operation)
    paging = paging_of(listing.service, model.name)
    if paging is None:
        return None
    return listing.page_size or largest_page(paging, model) or 0


def largest_page(paging: Mapping[str, Any], model: OperationModel) -> int | None:
    """Return the largest page the API's own model allows; None where it does not tell."""
    limit = paging.get("limit_key")
    shape = model.input_shape.members.get(limit) if limit and model.input_shape else None
    size = shape.metadata.get("max") if shape is not None else None
    return int(size) if size else None
