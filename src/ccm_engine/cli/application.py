"""The tree of commands: what there is and what it is called. Each command is a file of its own."""

from typing import Annotated

import typer

import ccm_engine
from ccm_engine.cli import frameworks as framework_commands
from ccm_engine.cli.attest import attest
from ccm_engine.cli.catalogue import list_, show_
from ccm_engine.cli.demo import demo
from ccm_engine.cli.diff import diff
from ccm_engine.cli.doctor import doctor
from ccm_engine.cli.exporting import export, restore
from ccm_engine.cli.findings import findings
from ccm_engine.cli.history import history
from ccm_engine.cli.output import write
from ccm_engine.cli.own_controls import new, try_own
from ccm_engine.cli.policy import policy
from ccm_engine.cli.prove import prove
from ccm_engine.cli.purge import purge
from ccm_engine.cli.scan import scan
from ccm_engine.cli.scorecard import scorecard
from ccm_engine.cli.serve import serve
from ccm_engine.cli.snapshot import snapshot
from ccm_engine.cli.store import init, rebuild
from ccm_engine.cli.verify import verify
from ccm_engine.cli.worker import worker

application = typer.Typer(
    name="ccm",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(asked: bool) -> None:
    if asked:
        write(f"ccm {ccm_engine.__version__}\n")
        raise typer.Exit


@application.callback(invoke_without_command=True)
def ccm(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Continuous control monitoring for the cloud.

    Settings come from the environment, .env and ccm.yaml; .env.example lists them.

    Exit codes: 0 all passed, 1 a finding failed, 2 wrong usage or configuration, 3 something could not be
    judged (with --strict, or when nothing could), 4 integrity failure, 10 unexpected error.
    """
    del version
    if context.invoked_subcommand is None:
        write(f"{context.get_help()}\n")


# Most used first: this is the order of `ccm --help`.
application.command()(demo)
application.command()(scan)
application.command()(snapshot)
application.command()(serve)
application.command()(worker)
application.command()(scorecard)
application.command()(diff)
application.command()(findings)
application.command()(history)
controls = typer.Typer(rich_markup_mode=None, help="The catalogue, and controls of your own.")
controls.command("list")(list_)
controls.command("show")(show_)
controls.command("new")(new)
controls.command("test")(try_own)
application.add_typer(controls, name="controls")
frameworks = typer.Typer(rich_markup_mode=None, help="What auditors ask for, and how it stands.")
frameworks.command("list")(framework_commands.list_)
frameworks.command("show")(framework_commands.show_)
application.add_typer(frameworks, name="frameworks")
application.command()(attest)
application.command()(policy)
application.command()(init)
application.command()(doctor)
application.command()(rebuild)
application.command()(verify)
application.command()(prove)
application.command()(export)
application.command()(restore)
application.command()(purge)
