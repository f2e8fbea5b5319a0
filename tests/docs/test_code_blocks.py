"""What the docs tell people to type runs, and says what they show; what is not run says why."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from code_blocks import PARSED, RUN, SHOWN, Block, blocks, commands, indented, says
from lent_aws import lent_aws

from ccm_engine.demo.world import CONTROLS, World, seed

ROOT = Path(__file__).parents[2]
GENERATED = {"docs/cli.md", "docs/settings.md", "docs/cost.md"}
ELSEWHERE = {"docs/api.md": "tests/api/test_api_page.py"}
"""Pages whose commands have a test of their own."""
BEFORE = {"docs/ledger-keys.md": "ccm init"}
"""What a page takes for done."""
SOMETHING_FAILS = """ccm() {
  local code=0
  command ccm "$@" || code=$?
  test $code -eq 0 || { test "$1" = scan && test $code -eq 1; }
}
"""
"""A scan that finds something ends with 1, and is no reason to read no further."""
TEXTS = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in ["README.md", "CONTRIBUTING.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]
    if name not in GENERATED
}
PAGES = {name: list(blocks(name, text)) for name, text in TEXTS.items()}
ALL = [block for found in PAGES.values() for block in found]


def runs(block: Block) -> bool:
    return block.language in RUN and not block.not_run and block.page not in ELSEWHERE


@pytest.fixture(scope="module")
def account() -> Iterator[Mapping[str, str]]:
    """The environment of a shell before an emulated account with good and bad resources."""
    with lent_aws() as aws:
        seed(World(aws.endpoint))
        yield {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "HOME": os.devnull,
            "PYTHONUTF8": "1",
            "COLUMNS": "120",
            "AWS_ENDPOINT_URL": aws.endpoint,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "CCM_CONTROLS": ",".join(CONTROLS),
            "CCM_REGIONS": "us-east-1,eu-west-1",
            "NO_PROXY": "*",
        }


def ran(command: list[str], environment: Mapping[str, str], folder: Path, place: str) -> str:
    """Run a command and return what it said. It has to succeed."""
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, f"{place}: {command[-1]}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.parametrize("page", [name for name, found in PAGES.items() if any(map(runs, found))])
def test_what_it_tells_to_type_runs(page: str, account: Mapping[str, str], tmp_path: Path) -> None:
    (tmp_path / ".venv").symlink_to(Path(sys.executable).parent.parent)
    if page in BEFORE:
        ran(["bash", "-euc", BEFORE[page]], account, tmp_path, page)
    for block in filter(runs, PAGES[page]):
        if block.language == "console":
            told = list(commands(block.code))
            assert told, f"{block.place}: a console block begins each command with $"
            for command, shown in told:
                said = ran(["bash", "-euc", command], account, tmp_path, block.place)
                assert says(shown, said), f"{block.place}: {command}\nshown:\n{shown}\nsaid:\n{said}"
        else:
            program = [sys.executable, "-c"] if block.language == "python" else ["bash", "-euc"]
            before = "" if block.language == "python" else SOMETHING_FAILS
            ran([*program, before + block.code], account, tmp_path, block.place)


@pytest.mark.parametrize("block", [one for one in ALL if one.language in PARSED], ids=lambda one: one.place)
def test_what_it_shows_can_be_parsed(block: Block) -> None:
    assert (json.loads if block.language == "json" else yaml.safe_load)(block.code)


@pytest.mark.parametrize("page", TEXTS)
def test_no_code_is_shown_by_its_indentation(page: str) -> None:
    assert indented(TEXTS[page]) == [], "put it between ``` with its language, so that it is run or says why not"


def test_every_block_is_run_parsed_or_says_why_not() -> None:
    unknown = [block.place for block in ALL if block.language not in (*RUN, *PARSED, *SHOWN) and not block.not_run]
    assert unknown == [], "a language that is neither run nor parsed; mark it <!-- not run: why -->"
    for page, test in ELSEWHERE.items():
        assert page in PAGES
        assert (ROOT / test).is_file()
    for block in ALL:
        if block.not_run:
            print(f"not run: {block.place}: {block.not_run}")
    assert any(map(runs, ALL))


@pytest.mark.parametrize(
    ("shown", "said", "same"),
    [
        ("a … c\n", "a b c\n", True),
        ("a\n…\nd\n", "a\nb\nc\nd\n", True),
        ("a\n…\nd\n", "a\nd\n", True),
        ("a\n…\n", "b\n", False),
        ("a\n", "a\nb\n", False),
        ("", "a\n", False),
        ("a.c\n", "abc\n", False),
    ],
)
def test_output_is_compared(shown: str, said: str, same: bool) -> None:
    assert says(shown, said) is same


def test_a_mark_counts_for_the_block_below_it_only() -> None:
    text = "<!-- not run: it serves -->\n```bash\nccm serve\n```\n\n```bash\ntrue\n```\n"
    assert [block.not_run for block in blocks("page", text)] == ["it serves", ""]


def test_a_block_within_a_list_is_one_too() -> None:
    text = "- One:\n\n  ```bash\n  if true; then\n    ccm scan\n  fi\n  ```\n\n      ccm serve\n"
    assert [block.code for block in blocks("page", text)] == ["if true; then\n  ccm scan\nfi\n"]
    assert indented(text) == ["ccm serve"]
