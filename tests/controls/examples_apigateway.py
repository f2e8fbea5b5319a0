"""Stages of APIs: examples of their controls."""

from raw_apis import deployed, http_stage, rest_stage
from raw_examples import FAIL, NOT_APPLICABLE, PASS, Example, examples_of

EXAMPLES: list[Example] = [
    *examples_of(
        "apigateway_logging",
        {
            "REST, errors": (PASS, lambda: deployed([rest_stage({"*/*": "ERROR"})])),
            "REST, nothing": (FAIL, lambda: deployed([rest_stage()])),
            "HTTP, an access log": (PASS, lambda: deployed(http=[http_stage()])),
            "HTTP, nothing": (FAIL, lambda: deployed(http=[http_stage(None)])),
        },
    ),
    *examples_of(
        "apigateway_waf",
        {
            "protected": (PASS, lambda: deployed([rest_stage(web_acl="arn:aws:wafv2:us-east-1:123456789012:acl")])),
            "not protected": (FAIL, lambda: deployed([rest_stage()])),
            "private": (NOT_APPLICABLE, lambda: deployed([rest_stage(endpoints=["PRIVATE"])])),
        },
    ),
]
