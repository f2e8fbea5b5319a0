"""Requests and answers of a function URL, through an application that tells what it was asked."""

import asyncio
import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lambda_events import CALLER, requested
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ccm_engine.functions.function_url import LARGEST, Caller, Exchange, TooLargeError, answer


async def echo(request: Request) -> Response:
    body = await request.body()
    told = {
        "method": request.method,
        "path": request.url.path,
        "query": request.query_params.multi_items(),
        "cookies": dict(request.cookies),
        "host": request.headers["host"],
        "length": request.headers.get("content-length"),
        "body": base64.b64encode(body).decode(),
        "client": request.client.host if request.client else None,
        "scheme": request.url.scheme,
    }
    response = JSONResponse(told)
    response.set_cookie("seen", "yes")
    response.set_cookie("again", "no")
    return response


ECHO = Starlette(routes=[Route("/{rest:path}", echo, methods=["GET", "POST"])])


def through(event: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    told = asyncio.run(Exchange(event).with_app(ECHO))
    return told, json.loads(told["body"])


def test_a_request_arrives_whole() -> None:
    event = requested(
        "GET", "/my/p%C3%A4th%2Fb", "parameter1=value1&parameter1=value2&a%20b=%26", cookies=["a=1", "b=2"]
    )
    answered, told = through(event)
    assert told["path"] == "/my/päth/b"
    assert told["query"] == [["parameter1", "value1"], ["parameter1", "value2"], ["a b", "&"]]
    assert told["cookies"] == {"a": "1", "b": "2"}
    assert (told["host"], told["client"], told["scheme"]) == (event["headers"]["host"], "203.0.113.7", "https")
    assert answered["statusCode"] == 200
    assert [cookie.partition(";")[0] for cookie in answered["cookies"]] == ["seen=yes", "again=no"]
    assert "set-cookie" not in answered["headers"]
    assert not answered["isBase64Encoded"]


@given(st.binary(max_size=300))
def test_any_body_arrives_as_it_was_sent(body: bytes) -> None:
    _, told = through(requested("POST", "/", body=base64.b64encode(body).decode(), isBase64Encoded=True))
    assert base64.b64decode(told["body"]) == body
    assert told["length"] == (str(len(body)) if body else None)


@given(st.text(max_size=300))
def test_any_text_arrives_as_it_was_sent(body: str) -> None:
    try:
        sent = body.encode()
    except UnicodeEncodeError:
        return  # JSON of AWS holds no lone surrogates
    _, told = through(requested("POST", "/", body=body))
    assert base64.b64decode(told["body"]) == sent


@given(st.binary(max_size=300))
def test_any_answer_can_be_read(body: bytes) -> None:
    told = answer(200, [("Content-Type", "application/octet-stream")], body)
    read = base64.b64decode(told["body"]) if told["isBase64Encoded"] else told["body"].encode()
    assert read == body


def test_a_header_that_comes_twice_is_joined() -> None:
    assert answer(200, [("Vary", "Accept"), ("vary", "Origin")], b"")["headers"] == {"vary": "Accept, Origin"}


@pytest.mark.parametrize("body", [b"x" * LARGEST, b"\xff" * (LARGEST * 3 // 4), b'"' * (LARGEST // 2)])
def test_an_answer_larger_than_lambda_takes_is_not_given(body: bytes) -> None:
    with pytest.raises(TooLargeError):
        answer(200, [], body)


def test_the_caller_is_who_signed() -> None:
    assert Caller.of(requested("GET", "/")).arn == CALLER
    assert Caller.of(requested("GET", "/", signed=False)).arn is None
    empty = requested("GET", "/")
    empty["requestContext"]["authorizer"] = {"lambda": {}}
    assert Caller.of(empty).arn is None
