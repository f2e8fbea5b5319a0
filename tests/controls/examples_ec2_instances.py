"""Instances and what they are started from: examples of their controls."""

from raw_documents import Estate
from raw_examples import FAIL, NOT_APPLICABLE, PASS, Example, examples_of
from raw_instances import (
    holding,
    image,
    instance,
    instance_defaults,
    interface,
    launch_configuration,
    launch_template,
    options,
)
from raw_vpc import route, route_table

from ccm_engine.core.document import Document
from ccm_engine.resources.aws.autoscaling import LaunchConfiguration
from ccm_engine.resources.aws.ec2_instances import Image, Instance, InstanceDefaults, LaunchTemplate
from ccm_engine.resources.aws.vpc_routes import RouteTable


def _routed(one: Document, *tables: Document) -> Estate:
    return Estate().add(Instance, one).add(RouteTable, *(tables or (route_table(main=True),)))


EXAMPLES: list[Example] = [
    *examples_of(
        "ec2_imdsv2",
        {
            "required": (PASS, lambda: holding(Instance, instance())),
            "optional": (FAIL, lambda: holding(Instance, instance(metadata=options("optional")))),
            "terminated": (NOT_APPLICABLE, lambda: holding(Instance, instance(state="terminated"))),
        },
    ),
    *examples_of(
        "ec2_imdsv2_default",
        {
            "required": (PASS, lambda: holding(InstanceDefaults, instance_defaults(options()))),
            "nothing set": (FAIL, lambda: holding(InstanceDefaults, instance_defaults({}))),
        },
    ),
    *examples_of(
        "ec2_instance_profile",
        {
            "with a profile": (PASS, lambda: holding(Instance, instance())),
            "without one": (FAIL, lambda: holding(Instance, instance(profile=""))),
        },
    ),
    *examples_of(
        "ec2_no_public_ip",
        {
            "private": (PASS, lambda: _routed(instance())),
            "public": (FAIL, lambda: _routed(instance(public="203.0.113.9"))),
            "IPv6 behind an internet gateway": (
                FAIL,
                lambda: _routed(
                    instance(interfaces=[interface(ipv6=["2001:db8::5"])]),
                    route_table(route("::/0", gateway="igw-0a1b2c3d"), main=True),
                ),
            ),
            "IPv6 without a way out": (
                PASS,
                lambda: _routed(instance(interfaces=[interface(ipv6=["2001:db8::5"])]), route_table(main=True)),
            ),
        },
    ),
    *examples_of(
        "ec2_ami_not_public",
        {
            "private": (PASS, lambda: holding(Image, image())),
            "public": (FAIL, lambda: holding(Image, image(public=True))),
        },
    ),
    *examples_of(
        "ec2_launch_template_imdsv2",
        {
            "required": (PASS, lambda: holding(LaunchTemplate, launch_template(options()))),
            "not said": (FAIL, lambda: holding(LaunchTemplate, launch_template(None))),
        },
    ),
    *examples_of(
        "autoscaling_lc_imdsv2",
        {
            "required": (PASS, lambda: holding(LaunchConfiguration, launch_configuration(options()))),
            "not said": (FAIL, lambda: holding(LaunchConfiguration, launch_configuration(None))),
        },
    ),
]
