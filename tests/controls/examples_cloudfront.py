"""Distributions: examples of their controls."""

from raw_distributions import behavior, delivery, distribution, served, source
from raw_examples import FAIL, PASS, Example, examples_of

EXAMPLES: list[Example] = [
    *examples_of(
        "cloudfront_https",
        {
            "redirects": (PASS, lambda: served(distribution(behavior("https-only", path="/api/*")))),
            "plain HTTP": (FAIL, lambda: served(distribution(default=behavior("allow-all")))),
        },
    ),
    *examples_of(
        "cloudfront_logging",
        {
            "a standard log": (PASS, lambda: served(distribution(log=True))),
            "the second version's": (PASS, lambda: served(distribution(log=False), [source()], [delivery()])),
            "no log": (FAIL, lambda: served(distribution(log=False))),
        },
    ),
    *examples_of(
        "cloudfront_waf",
        {
            "protected": (PASS, lambda: served(distribution(web_acl="arn:aws:wafv2:us-east-1:123456789012:acl"))),
            "not protected": (FAIL, lambda: served(distribution())),
        },
    ),
]
