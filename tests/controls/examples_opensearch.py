"""Search domains: examples of their controls."""

from raw_data_stores import domain, lets_in
from raw_examples import FAIL, PASS, Example, examples_of

EXAMPLES: list[Example] = [
    *examples_of(
        "opensearch_encrypted",
        {
            "throughout": (PASS, domain),
            "not between nodes": (FAIL, lambda: domain(NodeToNodeEncryptionOptions={"Enabled": False})),
        },
    ),
    *examples_of(
        "opensearch_in_vpc",
        {
            "in a VPC": (PASS, lambda: domain(VPCOptions={"VPCId": "vpc-0a1b2c3d"}, AccessPolicies=lets_in("*"))),
            "guarded": (PASS, domain),
            "open": (FAIL, lambda: domain(AccessPolicies=lets_in("*"))),
        },
    ),
]
