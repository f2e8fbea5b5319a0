"""The documents that Lambda functions are called with, as AWS writes them, and the context beside them."""

import time
from typing import Any

DOMAIN = "abcdefghijklmnopqrstuvwxyz012345.lambda-url.us-east-1.on.aws"
CALLER = "arn:aws:iam::111122223333:user/example-user"
Body = dict[str, Any]


class Sandbox:
    """The context of an invocation with so many seconds until Lambda ends the process."""

    def __init__(self, seconds: float = 600) -> None:
        self._ends = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        """Return how long there is, in milliseconds."""
        return max(0, round((self._ends - time.monotonic()) * 1000))


def scheduled(due: str) -> Body:
    """Return what EventBridge Scheduler sends where a schedule gives no input of its own."""
    return {
        "version": "0",
        "id": "37666ae6-48cf-4285-b4c6-a3320b38824a",
        "detail-type": "Scheduled Event",
        "source": "aws.scheduler",
        "account": "123456789012",
        "time": due,
        "region": "us-east-1",
        "resources": ["arn:aws:scheduler:us-east-1:123456789012:schedule/default/ccm-sweep"],
        "detail": "{}",
    }


def requested(method: str, path: str, query: str = "", *, signed: bool = True, **members: Any) -> Body:
    """Return what a function URL sends for a request, in payload format 2.0; `members` replace its own."""
    iam = {
        "accessKey": "AKIAIOSFODNN7EXAMPLE",
        "accountId": "111122223333",
        "callerId": "AIDACKCEVSQ6C2EXAMPLE",
        "cognitoIdentity": None,
        "principalOrgId": "o-exampleorgid",
        "userArn": CALLER,
        "userId": "AIDACKCEVSQ6C2EXAMPLE",
    }
    event: Body = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {
            "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "x-amzn-tls-version": "TLSv1.3",
            "x-amz-date": "20260306T120000Z",
            "x-forwarded-proto": "https",
            "x-forwarded-port": "443",
            "x-forwarded-for": "203.0.113.7",
            "accept": "application/json",
            "x-amzn-tls-cipher-suite": "TLS_AES_128_GCM_SHA256",
            "x-amzn-trace-id": "Root=1-5e6722a7-cc56xmpl46db7ae02d4da47e",
            "host": DOMAIN,
            "accept-encoding": "gzip, deflate",
            "user-agent": "python-requests/2.32",
        },
        "requestContext": {
            "accountId": "111122223333",
            "apiId": DOMAIN.partition(".")[0],
            "authorizer": {"iam": iam},
            "domainName": DOMAIN,
            "domainPrefix": DOMAIN.partition(".")[0],
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "python-requests/2.32",
            },
            "requestId": "e1506fd5-9e7b-434f-bd42-4f8fa224b599",
            "routeKey": "$default",
            "stage": "$default",
            "time": "06/Mar/2026:12:00:00 +0000",
            "timeEpoch": 1772798400000,
        },
        "isBase64Encoded": False,
    }
    if not signed:  # as where the URL's authentication is NONE
        event["requestContext"]["accountId"] = "anonymous"
        del event["requestContext"]["authorizer"]
    return {**event, **members}


def posted(path: str, query: str = "", body: str = "{}", **members: Any) -> Body:
    """Return a write as JSON."""
    event = requested("POST", path, query, body=body, **members)
    event["headers"] |= {"content-type": "application/json", "content-length": str(len(body))}
    return event
