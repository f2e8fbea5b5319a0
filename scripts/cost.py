"""Writes docs/cost.md: what CCM Engine costs in a month, from measured figures and AWS's list prices.

python scripts/cost.py [--check]     --check: write nothing, exit 1 if the page is not up to date

The figures are benchmarks/cost_figures.json, which `python -m benchmarks.costing` measures; the prices, with their
date and where each is from, prices.json beside this file. Exits 1 too when one account costs more than the goal.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
FIGURES = ROOT / "benchmarks" / "cost_figures.json"
PRICES = ROOT / "scripts" / "prices.json"
TARGET = ROOT / "docs" / "cost.md"

GOAL = 5.0
ACCOUNTS = (1, 100, 1000)
DAYS, SWEEPS_A_DAY = 30, 96
SWEEPS = DAYS * SWEEPS_A_DAY
CHANGED_RUNS_A_DAY, LARGE_DOCUMENTS_A_DAY = 4, 10
LARGE_DOCUMENT_GB = 200_000 / 1e9
CHECKPOINT_GB = 1_000 / 1e9
MONTHS_KEPT = 12
S3_PER_SWEEP = {"s3_put": 1, "s3_get": 2}
KMS_PER_SWEEP = 2
CPU_MARGIN, START_SECONDS, LEAST_SECONDS = 2, 20, 60
TASKS = ((0.25, 0.5), (0.5, 1), (1, 2), (2, 4), (4, 8), (8, 16), (16, 32))
"""Sizes of Fargate tasks: vCPU and GB."""

Figures = Mapping[str, Any]
Prices = Mapping[str, Mapping[str, Any]]


def quantities(figures: Figures, accounts: int) -> dict[str, dict[str, float]]:
    """Return what a month of so many accounts takes, by part and unit (the names in prices.json)."""
    changed = DAYS * CHANGED_RUNS_A_DAY
    alerts = accounts * changed * figures["alerts_of_changes"]

    def of_store(name: str) -> float:
        quiet = SWEEPS - changed - DAYS
        account = (
            quiet * figures["quiet_run"][name]
            + changed * figures["run_with_changes"][name]
            + DAYS * figures["first_run_of_a_day"][name]
            + SWEEPS * figures["catching_up_per_account"][name]
        )
        sweeps = SWEEPS * figures["sweep"][str(accounts)][name]
        return float(accounts * account + sweeps + alerts * figures["alert"][name])

    hours, vcpu, memory = compute(figures, accounts)
    large = accounts * DAYS * LARGE_DOCUMENTS_A_DAY
    stored = of_store("bytes_written") * MONTHS_KEPT + accounts * figures["first_run"]["bytes_written"]
    return {
        "DynamoDB: the record and its state": {
            "dynamodb_write_unit": of_store("write_units"),
            "dynamodb_read_unit": of_store("read_units"),
            "dynamodb_storage": stored / 1e9,
        },
        "S3: checkpoints with Object Lock, large documents": {
            "s3_put": SWEEPS * S3_PER_SWEEP["s3_put"] + large,
            "s3_get": SWEEPS * S3_PER_SWEEP["s3_get"] + large,
            "s3_storage": MONTHS_KEPT * (SWEEPS * CHECKPOINT_GB + large * LARGE_DOCUMENT_GB),
        },
        "KMS: the signing key": {"kms_key": 1, "kms_request": SWEEPS * KMS_PER_SWEEP},
        "SNS: alerts": {"sns_publish": alerts, "sns_email": alerts},
        f"Fargate: {vcpu:g} vCPU and {memory:g} GB, {hours:.0f} hours": {
            "fargate_vcpu": hours * vcpu,
            "fargate_memory": hours * memory,
            "public_ipv4": hours,
            "scheduler": SWEEPS,
        },
        "The calls that read the accounts": {},
    }


def compute(figures: Figures, accounts: int) -> tuple[float, float, float]:
    """Return the hours a month that tasks run, and their size: the least that ends within half of the interval."""
    busy = figures["scan"]["cpu_seconds"] * CPU_MARGIN * accounts
    half = 24 * 3600 / SWEEPS_A_DAY / 2
    vcpu, memory = next(size for size in TASKS if START_SECONDS + busy / size[0] <= half or size == TASKS[-1])
    seconds = max(LEAST_SECONDS, START_SECONDS + busy / vcpu)
    return SWEEPS * seconds / 3600, vcpu, memory


def dollars(taken: Mapping[str, float], prices: Prices) -> float:
    """Return what quantities cost."""
    return sum(amount * float(prices[unit]["price"]) / float(prices[unit]["per"]) for unit, amount in taken.items())


def total(figures: Figures, prices: Prices, accounts: int) -> float:
    """Return a month's cost in USD."""
    return sum(dollars(taken, prices) for taken in quantities(figures, accounts).values())


def page(figures: Figures, told: Mapping[str, Any]) -> str:
    """Return the page."""
    prices, world = told["prices"], figures["world"]
    lines = [
        "# What it costs",
        "",
        "<!-- Made by scripts/cost.py from benchmarks/cost_figures.json and scripts/prices.json. -->",
        "",
        f"USD a month in {told['region']}, list prices of {told['as_of']}, free tiers: {told['free_tiers']}.",
        f"A sweep every {24 * 60 // SWEEPS_A_DAY} minutes ({SWEEPS_A_DAY} a day, {DAYS} days), everything on. "
        f"Each account has {world['resources']:,} resources under",
        f"{world['controls']} controls; {CHANGED_RUNS_A_DAY} runs a day find {world['changed']} resources changed, "
        "all others nothing.",
        "",
        "| accounts | " + " | ".join(f"{one:,}" for one in ACCOUNTS) + " |",
        "|---" * (len(ACCOUNTS) + 1) + "|",
        "| **total** | " + " | ".join(f"**{total(figures, prices, one):,.2f}**" for one in ACCOUNTS) + " |",
        "| for each account | " + " | ".join(f"{total(figures, prices, one) / one:,.2f}" for one in ACCOUNTS) + " |",
        "",
        f"The goal is under {GOAL:g} USD for one account with everything on: "
        f"{'met' if total(figures, prices, 1) < GOAL else 'MISSED'}.",
    ]
    for accounts in ACCOUNTS:
        lines += [
            "",
            f"## {accounts:,} account{'s' if accounts > 1 else ''}",
            "",
            "| | amount | USD |",
            "|---|---|---|",
        ]
        for part, taken in quantities(figures, accounts).items():
            lines.append(f"| **{part}** | | **{dollars(taken, prices):,.2f}** |")
            lines += [
                f"| {prices[unit]['unit']} | {_amount(amount)} | {dollars({unit: amount}, prices):,.3f} |"
                for unit, amount in taken.items()
            ]
    return "\n".join([*lines, "", *_measured(figures), "", *_assumed(figures, prices), "", *_prices(told), ""])


def _amount(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 100 else f"{amount:,.2f}"


def _measured(figures: Figures) -> list[str]:
    rows = {
        "an account's first run (once)": figures["first_run"],
        "a quiet run": figures["quiet_run"],
        f"a run with {figures['world']['changed']} resources changed": figures["run_with_changes"],
        "the first run of a day, with the full manifest": figures["first_run_of_a_day"],
        "one alert": figures["alert"],
        "looking for what others wrote, each account": figures["catching_up_per_account"],
        **{f"a sweep over {size} accounts, its checkpoint": told for size, told in figures["sweep"].items()},
    }
    scan = figures["scan"]
    return [
        "## What was measured",
        "",
        "| | write units | read units | bytes written |",
        "|---|---|---|---|",
        *(
            f"| {name} | {told['write_units']:,.1f} | {told['read_units']:,.1f} | {told['bytes_written']:,.0f} |"
            for name, told in rows.items()
        ),
        "",
        f"A whole `ccm scan` of {scan['resources']} resources took {scan['cpu_seconds']:g} s of CPU and "
        f"{scan['peak_mib']} MiB. `python -m benchmarks.costing`",
        "measures anew, on an emulator; units are counted by AWS's rules from what is sent and answered.",
    ]


def _assumed(figures: Figures, prices: Prices) -> list[str]:
    hours, (vcpu, memory) = 24 * DAYS, TASKS[0]
    always = dollars({"fargate_vcpu": hours * vcpu, "fargate_memory": hours * memory, "public_ipv4": hours}, prices)
    return [
        "## What is assumed",
        "",
        "- Compute is a task of `ccm scan` for each sweep, started by a schedule, with a public address:",
        f"  {CPU_MARGIN} times the measured CPU an account and {START_SECONDS} s to start; "
        f"{LEAST_SECONDS} s at least are billed.",
        "  CPU that many accounts need is spread over processes. A task that runs all the time (`ccm serve`) costs",
        f"  {always:,.2f} USD at the smallest size, whatever it does.",
        f"- The record has been kept for {MONTHS_KEPT} months. Everything written is counted as stored, also rows of",
        "  state that were replaced.",
        f"- {LARGE_DOCUMENTS_A_DAY} documents a day and account are large and go to S3 (`CCM_EVIDENCE_BUCKET`), 200 KB "
        "each.",
        f"- A sweep signs once with KMS and asks once for the public key; it puts one checkpoint. Each of the "
        f"{figures['alerts_of_changes']} alerts of a run",
        "  with changes goes to one e-mail address; Slack costs nothing.",
        "- Reading the accounts is free: the calls are management calls, which AWS does not bill, and the first copy",
        "  of management events in CloudTrail is free too. A second trail that records them is billed by its owner.",
        "- Reads grow with resources and findings, because a run reads the account's state: ten times the resources,",
        "  about ten times the read units.",
        "- Not counted: logs, backups (point-in-time recovery), traffic out of the region, NAT, tax.",
    ]


def _prices(told: Mapping[str, Any]) -> list[str]:
    return [
        "## Prices",
        "",
        f"List prices of {told['as_of']}, {told['region']}. Compare them with their source before you rely on them,",
        "change `scripts/prices.json`, and run `python scripts/cost.py`.",
        "",
        "| | USD | per | from |",
        "|---|---|---|---|",
        *(
            f"| {one['unit']} | {one['price']:g} | {one['per']:,} | <{one['source']}> |"
            for one in told["prices"].values()
        ),
    ]


def main(arguments: list[str]) -> int:
    """Write the page, or check it; return the exit code."""
    figures, told = (json.loads(path.read_text(encoding="utf-8")) for path in (FIGURES, PRICES))
    fresh = page(figures, told)
    if "--check" in arguments:
        current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        if current != fresh:
            sys.stderr.write(f"{TARGET} is not up to date; run python scripts/cost.py\n")
            return 1
    else:
        TARGET.write_text(fresh, encoding="utf-8")
    if (cost := total(figures, told["prices"], 1)) >= GOAL:
        sys.stderr.write(f"one account costs {cost:.2f} USD a month; the goal is under {GOAL:g}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
