"""Warehouses: examples of their controls."""

from raw_data_stores import parameters, warehouse, warehouses
from raw_examples import FAIL, PASS, Example, examples_of

EXAMPLES: list[Example] = [
    *examples_of(
        "redshift_not_public",
        {
            "private": (PASS, lambda: warehouses(warehouse())),
            "public": (FAIL, lambda: warehouses(warehouse(PubliclyAccessible=True))),
        },
    ),
    *examples_of(
        "redshift_encrypted",
        {
            "encrypted": (PASS, lambda: warehouses(warehouse())),
            "not encrypted": (FAIL, lambda: warehouses(warehouse(Encrypted=False))),
        },
    ),
    *examples_of(
        "redshift_audit_logging",
        {
            "logged": (PASS, lambda: warehouses(warehouse())),
            "not logged": (FAIL, lambda: warehouses(warehouse(logging={"LoggingEnabled": False}))),
        },
    ),
    *examples_of(
        "redshift_tls",
        {
            "required": (PASS, lambda: warehouses(warehouse(), groups=(parameters(require_ssl="true"),))),
            "offered": (FAIL, lambda: warehouses(warehouse(), groups=(parameters(require_ssl="false"),))),
        },
    ),
]
