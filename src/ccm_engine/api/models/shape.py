"""What all models share."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Moment = Annotated[str, Field(json_schema_extra={"format": "date-time"}, description="RFC 3339, in UTC.")]
AccountId = Annotated[str, Field(description="The account's id.")]
AT = "2026-03-06T12:00:00Z"
ACCOUNT = "123456789012"
RUN_ID = "20260306T115958210Z-9f3c1a7e"
DIGEST = "9d1b1d4ba5f1f9f0e4f5ad2c7de5f2b2a5e1c7a90b1f6d8e3c4b5a6978877665"
Json = dict[str, Any]


def shown(example: Json) -> ConfigDict:
    """Return a model's configuration with its example."""
    return ConfigDict(json_schema_extra={"examples": [example]})


class Shape(BaseModel):
    """A JSON object as it stands in a response."""


def page_example(item: Json) -> Json:
    """Return the example of a page with one item, the last one."""
    return {"items": [item], "next_cursor": None}


NextCursor = Annotated[
    str | None, Field(description="Give it as `cursor` for the next page; null says that this is the last.")
]
