"""Writes docs/settings.md: every setting, from app/settings.py and the words beside it in .env.example.

python scripts/settings_reference.py [--check]     --check: write nothing, exit 1 if the page is not up to date
"""

import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ccm_engine.app.settings import Settings

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs" / "settings.md"
EXAMPLE = ROOT / ".env.example"
BOTO3 = ("AWS_PROFILE", "AWS_DEFAULT_REGION")
"""What .env.example tells beside our own: boto3 reads these."""
HEAD = """\
# Settings

<!-- Made by scripts/settings_reference.py from app/settings.py and .env.example; change them, then run it. -->

Every setting has one name, in three places: the environment wins, then `.env`, then `ccm.yaml`. Options on the command
line win over all three. Lists are comma-separated, or lists in `ccm.yaml`. An empty value is as good as none. A wrong
value, and a name in `ccm.yaml` that is no setting, is refused in one line with exit code 2.

Settings that are secrets may be given as ARNs of secrets in AWS Secrets Manager, or of parameters in the Parameter
Store: [security.md](security.md#secrets-that-aws-keeps).

AWS credentials, regions and endpoints follow boto3's own rules (`AWS_PROFILE`, `AWS_ENDPOINT_URL` and so on).
"""
TAIL = """
## Only in ccm.yaml

`controls` maps ids of controls to their own settings, such as thresholds; `ccm controls show ID` and the control's page
name them.

```yaml
controls:
  iam_keys_rotated_90d: {max_age_days: 60}
```
"""
_SECTION = re.compile(r"^# --- (.+)$")
_SETTING = re.compile(r"^#([A-Z][A-Z0-9_]+)=(.*)$")


class UndescribedError(ValueError):
    """The settings and .env.example do not name the same."""


@dataclass(frozen=True)
class Told:
    """What .env.example says of one setting: its words, and its default as it would be written there."""

    section: str
    name: str
    default: str
    words: str


def told(text: str) -> Iterator[Told]:
    """Yield what `text` says of each setting. Settings that stand together share the words above the first."""
    section, words, fresh = "", list[str](), True
    for line in text.splitlines():
        if begins := _SECTION.match(line):
            section, words = begins[1].removesuffix("."), []
        elif one := _SETTING.match(line):
            yield Told(section, one[1], one[2], " ".join(words))
            fresh = True
        elif line.startswith("# "):
            words = [line[2:]] if fresh else [*words, line[2:]]
            fresh = False


def page() -> str:
    """Return the page. Raises UndescribedError when a setting lacks in .env.example, or one there is none."""
    found = list(told(EXAMPLE.read_text(encoding="utf-8")))
    declared = {field.alias or "" for field in Settings.model_fields.values()} - {"controls"}
    odd = declared.symmetric_difference(one.name for one in found) - set(BOTO3)
    if odd:
        raise UndescribedError(f"in only one of app/settings.py and .env.example: {', '.join(sorted(odd))}")
    return HEAD + "".join(_sections(found)) + TAIL


def _sections(found: list[Told]) -> Iterator[str]:
    section = ""
    for one in found:
        if one.section != section:
            section = one.section
            yield f"\n## {section.partition(':')[0]}\n"
        words, default = _apart(one)
        yield f"\n### {one.name}\n\n{_laid_out(words)}\n\n{_laid_out(f'Default: {default}.')}\n"


def _apart(one: Told) -> tuple[str, str]:
    """Return the words without their default, and the default: as words where they say it, else as it is written."""
    words, _, said = one.words.partition("Default: ")
    return words.strip(), said.strip().removesuffix(".") or (f"`{one.default}`" if one.default else "none")


def _laid_out(words: str) -> str:
    linked = re.sub(r"docs/([a-z-]+\.md)", r"[\1](\1)", words)
    return textwrap.fill(linked, 118, break_long_words=False, break_on_hyphens=False)


def main(arguments: list[str]) -> int:
    """Write the page, or check it; return the exit code."""
    try:
        fresh = page()
    except UndescribedError as error:
        sys.stderr.write(f"settings_reference.py: {error}\n")
        return 1
    if "--check" in arguments:
        current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        if current != fresh:
            sys.stderr.write(f"{TARGET} is not up to date; run python scripts/settings_reference.py\n")
        return int(current != fresh)
    TARGET.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
