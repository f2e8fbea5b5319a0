"""Controls are found in the package, in a user's directory and in named plug-ins; what is broken stops nothing."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ccm_engine.controls
from ccm_engine.app.discovery import DiscoveryError, discover
from ccm_engine.core.control import Control
from ccm_engine.core.vocabulary import Category, Maturity, Scope, Severity
from ccm_engine.engine.catalogue import Check

SHIPPED = sorted(
    path.stem for path in Path(ccm_engine.controls.__path__[0]).glob("*/*/*.py") if path.stem != "__init__"
)

FUNCTION = '''
from ccm_engine import Category, Every, Severity, Verdict, control, failed, passed
from ccm_engine.resources.aws.ec2 import SecurityGroup


@control(
    title="Groups have few rules",
    severity=Severity.LOW,
    category=Category.NETWORK,
    remedy="Merge them.",
    maps_to=("soc2:CC6.6",),
)
def groups_have_few_rules(group: SecurityGroup, *, most: int = 50, strict: bool = False, share: float = 0.5) -> Verdict:
    """Nobody reads a long list."""
    return failed(f"{group.id} has too many") if len(group.ingress) > most else passed(f"{group.id} is short")
'''

FREEFORM = '''
from ccm_engine import BaseCheck, CheckResult, CheckStatus


class Base(BaseCheck):
    """Shared by others; abstract, so no control."""


class AccountAlias(Base):
    def __init__(self):
        super().__init__(
            check_id="account_alias",
            check_name="The account has an alias",
            description="People mistype numbers.",
            severity="LOW",
            category="Governance",
            scope="REGION",
            actions=("iam:ListAccountAliases",),
            maturity="trial",
        )

    def run(self) -> CheckResult:
        return self.create_result(CheckStatus.PASS, "it has")
'''

Write = Callable[[str, str], Path]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A directory for controls of one's own."""
    found = tmp_path / "controls"
    found.mkdir(mode=0o755)
    return found


@pytest.fixture
def write(directory: Path) -> Write:
    """Writes a file into it."""

    def written(name: str, text: str) -> Path:
        path = directory / name
        path.write_text(text)
        path.chmod(0o644)
        return path

    return written


def test_without_anything_the_packages_controls_are_found() -> None:
    found = discover()

    assert list(found.controls) == SHIPPED
    assert found.problems == ()


def test_a_function_in_a_file_is_a_control(directory: Path, write: Write) -> None:
    write("groups_have_few_rules.py", FUNCTION)

    found = discover(directory)

    assert found.problems == ()
    assert list(found.controls) == sorted([*SHIPPED, "groups_have_few_rules"])
    control = found.controls["groups_have_few_rules"]
    assert isinstance(control, Control)
    assert (control.title, control.severity, control.maps_to) == (
        "Groups have few rules",
        Severity.LOW,
        ("soc2:CC6.6",),
    )
    assert control.settings == {"most": 50, "strict": False, "share": 0.5}


def test_a_class_in_a_file_is_a_control(directory: Path, write: Write) -> None:
    write("account_alias.py", FREEFORM)

    found = discover(directory)

    assert found.problems == ()
    check = found.controls["account_alias"]
    assert isinstance(check, Check)
    assert (check.severity, check.category, check.scope) == (Severity.LOW, Category.GOVERNANCE, Scope.REGION)
    assert (check.check.actions, check.maturity) == (("iam:ListAccountAliases",), Maturity.TRIAL)


def test_a_checks_digest_is_its_files(directory: Path, write: Write) -> None:
    write("account_alias.py", FREEFORM)
    before = discover(directory).controls["account_alias"].digest
    assert discover(directory).controls["account_alias"].digest == before

    write("account_alias.py", FREEFORM.replace("it has", "it has one"))

    assert discover(directory).controls["account_alias"].digest != before


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("import nowhere_to_be_found\n", "ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
        ("def half(:\n", "SyntaxError: "),
        ("1 / 0\n", "ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit('good bye')\n", "SystemExit: good bye"),
        ("raise RuntimeError('first line\\nsecond line')\n", "RuntimeError: first line second line"),
        (FREEFORM.replace("super().__init__", "dict"), "TypeError: AccountAlias does not call super().__init__"),
        (FREEFORM.replace('severity="LOW"', 'severity="HUGE"'), "ValueError: 'HUGE' is not a valid Severity"),
        (FUNCTION.replace('    """Nobody reads a long list."""\n', ""), "ControlError: groups_have_few_rules: say in"),
        (FUNCTION.replace("len(group.ingress)", "len(vars(group))"), "HiddenNeedError: groups_have_few_rules"),
    ],
)
def test_a_file_that_does_not_import_is_named_and_stops_nothing(
    text: str, why: str, directory: Path, write: Write
) -> None:
    broken = write("broken.py", text)
    write("good.py", FREEFORM)

    found = discover(directory)

    assert list(found.controls) == sorted([*SHIPPED, "account_alias"])
    (problem,) = found.problems
    assert problem.startswith(f"{broken}: it does not import ({why}")
    assert "\n" not in problem


def test_a_file_without_a_control_is_named(directory: Path, write: Write) -> None:
    path = write("empty.py", "from ccm_engine.controls.aws.ec2.ec2_no_open_ssh import ec2_no_open_ssh\n")

    assert discover(directory).problems == (
        f"{path}: it declares no control; decorate a function with @control or derive BaseCheck",
    )


def test_files_of_python_and_of_tests_are_passed_over(directory: Path, write: Write) -> None:
    for name in ("_shared.py", "__init__.py", "test_groups.py", "notes.txt"):
        write(name, "raise RuntimeError('not this one')")

    assert discover(directory).problems == ()


def test_an_id_that_is_taken_is_named(directory: Path, write: Write) -> None:
    write("a_first.py", FREEFORM)
    second = write("b_second.py", FREEFORM.replace("it has", "it has another"))
    shipped = write("c_third.py", FREEFORM.replace("account_alias", "iam_mfa_all_users"))

    found = discover(directory)

    assert found.problems == (
        f"{second}: there is a control account_alias already; give this one another id",
        f"{shipped}: there is a control iam_mfa_all_users already; give this one another id",
    )
    assert isinstance(found.controls["iam_mfa_all_users"], Control)


def test_a_requirement_that_no_framework_has_is_named(directory: Path, write: Write) -> None:
    path = write("groups_have_few_rules.py", FUNCTION.replace("soc2:CC6.6", "soc2:CC99"))

    (problem,) = discover(directory).problems

    assert problem.startswith(f"{path}: groups_have_few_rules: maps_to 'soc2:CC99'")


@pytest.mark.parametrize("mode", [0o777, 0o775, 0o757])
def test_a_directory_that_others_may_write_to_is_refused(mode: int, directory: Path, write: Write) -> None:
    write("good.py", FREEFORM)
    directory.chmod(mode)

    with pytest.raises(DiscoveryError) as refused:
        discover(directory)

    assert str(refused.value) == (
        f"CCM_CONTROLS_DIR: others may write to {directory}, whose code would run here; chmod go-w {directory}"
    )


@pytest.mark.parametrize("mode", [0o666, 0o664, 0o646])
def test_a_file_that_others_may_write_to_is_not_run(mode: int, directory: Path, write: Write) -> None:
    open_to_others = write("open.py", "raise SystemExit('it ran')")
    open_to_others.chmod(mode)
    write("good.py", FREEFORM)

    found = discover(directory)

    (problem,) = found.problems
    assert problem.startswith(
        f"CCM_CONTROLS_DIR: others may write to {open_to_others}, whose code would run here; chmod"
    )
    assert "account_alias" in found.controls


def test_a_link_is_judged_by_what_it_leads_to(directory: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.py"
    elsewhere.write_text(FREEFORM)
    elsewhere.chmod(0o666)
    (directory / "linked.py").symlink_to(elsewhere)

    assert len(discover(directory).problems) == 1


def test_a_directory_of_another_user_is_refused(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = directory.stat().st_uid
    if owner == 0:  # root's own directories are everybody's to use, so it must really be another's
        os.chown(directory, 12345, 12345)
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)

    with pytest.raises(DiscoveryError, match=r"belongs to another user, whose code would run here; chown it$"):
        discover(directory)


def test_a_missing_directory_is_one_line(tmp_path: Path) -> None:
    missing = tmp_path / "nothing-here"

    with pytest.raises(DiscoveryError) as refused:
        discover(missing)

    assert str(refused.value) == (
        f"CCM_CONTROLS_DIR: {missing} cannot be read (No such file or directory); name a directory"
    )


def test_a_file_is_no_directory(write: Write) -> None:
    path = write("good.py", FREEFORM)

    with pytest.raises(DiscoveryError, match=r"is no directory; name the one that holds the file$"):
        discover(path)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place where packages are installed, with one that offers four plug-ins."""
    place = tmp_path / "site"
    about = place / "example_controls-1.0.dist-info"
    about.mkdir(parents=True)
    about.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: example-controls\nVersion: 1.0\n")
    about.joinpath("entry_points.txt").write_text(
        "[ccm_engine.controls]\n"
        "groups = example_controls_groups\n"
        "alias = example_controls_alias:AccountAlias\n"
        "broken = example_controls_nowhere\n"
        "leaving = example_controls_leaving\n"
    )
    place.joinpath("example_controls_groups.py").write_text(FUNCTION)
    place.joinpath("example_controls_alias.py").write_text(FREEFORM)
    place.joinpath("example_controls_leaving.py").write_text("raise SystemExit('good bye')")
    monkeypatch.syspath_prepend(str(place))
    yield place
    for name in [name for name in sys.modules if name.startswith("example_controls")]:
        del sys.modules[name]


def test_a_plug_in_that_nobody_named_is_not_loaded(installed: Path) -> None:
    assert list(discover().controls) == SHIPPED
    assert "example_controls_groups" not in sys.modules


def test_plug_ins_that_are_named_add_their_controls(installed: Path) -> None:
    found = discover(plugins=("groups", "alias"))

    assert found.problems == ()
    assert list(found.controls) == sorted([*SHIPPED, "groups_have_few_rules", "account_alias"])


def test_a_plug_in_that_does_not_load_stops_nothing(installed: Path) -> None:
    found = discover(plugins=("broken", "leaving", "alias"))

    assert found.problems == (
        "plug-in broken: it does not load (ModuleNotFoundError: No module named 'example_controls_nowhere')",
        "plug-in leaving: it does not load (SystemExit: good bye)",
    )
    assert "account_alias" in found.controls


def test_a_plug_in_that_is_not_installed_is_said_with_those_that_are(installed: Path) -> None:
    assert discover(plugins=("grops",)).problems == (
        "CCM_PLUGINS: there is no plug-in 'grops' (alias, broken, groups, leaving)",
    )


def test_settings_of_a_control_are_in_force(directory: Path, write: Write) -> None:
    write("groups_have_few_rules.py", FUNCTION)
    plain = discover(directory).controls["groups_have_few_rules"]

    changed = discover(directory, settings={"groups_have_few_rules": {"most": 10, "share": 1}}).controls

    control = changed["groups_have_few_rules"]
    assert control.settings == {"most": 10, "strict": False, "share": 1}
    assert control.digest != plain.digest


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"grops": {"most": 1}}, "there is no control 'grops' with settings; see ccm controls list"),
        ({"account_alias": {"most": 1}}, "there is no control 'account_alias' with settings; see ccm controls list"),
        (
            {"groups_have_few_rules": {"least": 1}},
            "groups_have_few_rules has no setting 'least' (settings: most, strict, share)",
        ),
        ({"groups_have_few_rules": {"most": "ten"}}, "groups_have_few_rules: most takes int, not 'ten'"),
        ({"groups_have_few_rules": {"most": True}}, "groups_have_few_rules: most takes int, not True"),
        ({"groups_have_few_rules": {"strict": 1}}, "groups_have_few_rules: strict takes bool, not 1"),
        ({"iam_mfa_all_users": {"most": 1}}, "iam_mfa_all_users has no setting 'most' (settings: it has none)"),
    ],
)
def test_a_setting_that_fits_no_control_is_one_line(
    settings: dict[str, dict[str, object]], said: str, directory: Path, write: Write
) -> None:
    write("groups_have_few_rules.py", FUNCTION)
    write("account_alias.py", FREEFORM)

    with pytest.raises(DiscoveryError) as refused:
        discover(directory, settings=settings)

    assert str(refused.value) == f"ccm.yaml: controls: {said}"
