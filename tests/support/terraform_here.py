"""Terraform on this machine, with the provider from a folder, before an emulated AWS and before nothing else."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

INFRA = Path(__file__).parents[2] / "infra"
OVERRIDE = 'provider "aws" {\n  s3_use_path_style = true\n}\n'
"""What an emulator needs besides an endpoint: bucket names that are no host names."""


def lacking() -> str:
    """Return what is missing to run Terraform here, in one line; empty where nothing is."""
    if not os.environ.get("TF_PLUGIN_DIR"):
        return "set TF_PLUGIN_DIR to a folder with the AWS provider"
    if shutil.which("terraform") is None:
        return "there is no terraform in PATH"
    return ""


def environment(endpoint: str) -> dict[str, str]:
    """Return an environment whose AWS is at `endpoint` and nowhere else."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "TF_", "CCM_"))}
    return kept | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CHECKPOINT_DISABLE": "1",
        "NO_PROXY": "*",
        "TF_IN_AUTOMATION": "1",
    }


class Terraform:
    """A copy of infra/ in a folder of the test, where one of the examples is worked on."""

    def __init__(self, folder: Path, example: str, endpoint: str = "http://127.0.0.1:9") -> None:
        shutil.copytree(INFRA, folder / "infra", ignore=shutil.ignore_patterns(".terraform*", "*.tfstate*"))
        self.root = folder / "infra" / "terraform"
        self.example = self.root / "examples" / example
        (self.example / "emulator_override.tf").write_text(OVERRIDE)
        self.environment = environment(endpoint)

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the example; a failure is in the answer."""
        return subprocess.run(
            ["terraform", *arguments],
            cwd=self.example,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )

    def init(self) -> None:
        """Have the provider at hand."""
        self.done("init", "-input=false", "-no-color", f"-plugin-dir={os.environ['TF_PLUGIN_DIR']}")

    def done(self, *arguments: str) -> str:
        """Run a command that must succeed; return what it printed."""
        ended = self(*arguments)
        assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr[-4000:]
        return ended.stdout

    def outputs(self) -> dict[str, Any]:
        """Return the values of the outputs."""
        return {name: told["value"] for name, told in json.loads(self.done("output", "-json")).items()}
