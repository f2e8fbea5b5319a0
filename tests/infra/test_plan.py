"""What docs/deploy-aws.md has a reader type until the plan, typed as it stands there, before an emulated AWS."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from code_blocks import blocks
from terraform_here import INFRA, environment

from ccm_engine.demo.server import EmulatedAWS

PAGE = (INFRA.parent / "docs" / "deploy-aws.md").read_text(encoding="utf-8")
ON_THE_PAGE = "http://127.0.0.1:5000"


def test_the_page_leads_to_the_plan_it_tells_of(tmp_path: Path) -> None:
    (section,) = re.findall(r"^## 2\. The plan\n(.*?)^## ", PAGE, re.MULTILINE | re.DOTALL)
    real, emulated = (block.code.splitlines() for block in blocks("docs/deploy-aws.md", section))
    assert real[-1] == "terraform plan -out=plan.bin", "of a real account, which there is none of here"
    assert any(ON_THE_PAGE in line for line in emulated)
    shutil.copytree(INFRA, tmp_path / "infra", ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
    with EmulatedAWS() as aws:
        typed = "\n".join([*real[:-1], *emulated]).replace(ON_THE_PAGE, aws.endpoint)
        offline = {
            "TF_CLI_ARGS_init": f"-plugin-dir={os.environ['TF_PLUGIN_DIR']}",
            "TF_CLI_ARGS": "-no-color",
        }
        done = subprocess.run(
            ["bash", "-euc", typed],
            cwd=tmp_path,
            env=environment("http://127.0.0.1:9") | offline,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    (told,) = re.findall(r"It makes (\d+) things", PAGE)
    assert f"Plan: {told} to add, 0 to change, 0 to destroy." in done.stdout
