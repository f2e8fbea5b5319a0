"""The network: examples of its controls."""

from raw_examples import FAIL, PASS, Example, examples_of
from raw_network import network, prefix_list, rule

EXAMPLES: list[Example] = [
    *examples_of(
        "ec2_no_open_ssh",
        {
            "SSH from a known network": (PASS, lambda: network(rule("203.0.113.0/24"))),
            "SSH from anywhere": (FAIL, lambda: network(rule("10.0.0.0/8"), rule("0.0.0.0/0"))),
            "SSH from a harmless list": (
                PASS,
                lambda: network(rule(prefix_lists=["pl-a"]), lists=[prefix_list("pl-a", "203.0.113.0/24")]),
            ),
            "SSH from a list of everything": (
                FAIL,
                lambda: network(rule(prefix_lists=["pl-a"]), lists=[prefix_list("pl-a", "::/0")]),
            ),
        },
    ),
]
