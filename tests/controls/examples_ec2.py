"""Security groups: examples of their controls."""

from raw_documents import Estate
from raw_examples import FAIL, NOT_APPLICABLE, PASS, Example, examples_of
from raw_network import group, network, prefix_list, rule

from ccm_engine.resources.aws.ec2 import SecurityGroup


def _opened(port: int, protocol: str = "tcp") -> Estate:
    return network(rule("0.0.0.0/0", protocol=protocol, ports=(port, port)))


def _from_a_list(port: int, *cidrs: str) -> Estate:
    return network(rule(prefix_lists=["pl-a"], ports=(port, port)), lists=[prefix_list("pl-a", *cidrs)])


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
    *examples_of(
        "ec2_no_open_rdp",
        {
            "from a harmless list": (PASS, lambda: _from_a_list(3389, "203.0.113.0/24")),
            "TCP": (FAIL, lambda: _opened(3389)),
            "UDP": (FAIL, lambda: _opened(3389, "udp")),
        },
    ),
    *examples_of(
        "ec2_no_open_cifs",
        {
            "from a harmless list": (PASS, lambda: _from_a_list(445, "203.0.113.0/24")),
            "from a list of everything": (FAIL, lambda: _from_a_list(445, "0.0.0.0/0")),
        },
    ),
    *examples_of(
        "ec2_no_open_risky_ports",
        {
            "from a harmless list": (PASS, lambda: _from_a_list(5432, "203.0.113.0/24")),
            "a database": (FAIL, lambda: _opened(5432)),
        },
    ),
    *examples_of(
        "ec2_no_open_all_ports",
        {
            "a web server": (PASS, lambda: _opened(443)),
            "everything": (FAIL, lambda: network(rule("0.0.0.0/0", protocol="-1", ports=None))),
            "everything from a list": (
                FAIL,
                lambda: network(
                    rule(prefix_lists=["pl-a"], protocol="-1", ports=None), lists=[prefix_list("pl-a", "::/0")]
                ),
            ),
        },
    ),
    *examples_of(
        "vpc_default_sg_closed",
        {
            "without rules": (PASS, lambda: Estate().add(SecurityGroup, group(name="default", egress=[]))),
            "with rules": (FAIL, lambda: Estate().add(SecurityGroup, group(rule("10.0.0.0/8"), name="default"))),
            "another group": (NOT_APPLICABLE, lambda: network(rule("10.0.0.0/8"))),
        },
    ),
]
