"""Draws docs/img/scorecard.svg: the real scorecard view over a real scan of the demo's emulated accounts.

python scripts/picture.py [FILE]
"""

import re
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

from rich.console import Console

from ccm_engine.app.demonstration import demonstration
from ccm_engine.app.logs import set_up_logs
from ccm_engine.app.scanning import report_of
from ccm_engine.cli.scorecard_view import ScorecardView
from ccm_engine.reports.scan_report import ScanReport

WIDTH = 100
TARGET = Path(__file__).parent.parent / "docs" / "img" / "scorecard.svg"
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def scan_demo() -> ScanReport:
    """Return a report on the demo's accounts."""
    set_up_logs("console", quiet=True)
    with demonstration(port=0) as demo:
        try:
            report = report_of(demo.monitor, demo.monitor.run("scan"))
        finally:
            demo.monitor.recorder.store.close()
        return replace(report, account_names=dict(demo.world.accounts))


def draw(report: ScanReport) -> str:
    """Return the scorecard as SVG. Its ids are the same each time, so that only what changed shows."""
    console = Console(
        file=StringIO(), record=True, width=WIDTH, force_terminal=True, color_system="truecolor", highlight=False
    )
    console.print(ScorecardView(report))
    # Fonts are the reader's own: a picture should ask nobody else for anything.
    return _FONTS.sub("", console.export_svg(title="ccm scan", unique_id="ccm"))


def main(target: Path) -> None:
    """Scan, draw and write."""
    target = target.resolve()
    report = scan_demo()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(draw(report), encoding="utf-8")
    sys.stderr.write(f"{target}: {report.scorecard.score} {report.scorecard.grade}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
