"""The enabled controls, pure and free-form, under one face."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ccm_engine.core.canonical import canonical, digest
from ccm_engine.core.control import Control
from ccm_engine.core.freeform import BaseCheck
from ccm_engine.core.vocabulary import Category, Maturity, Scope, Severity


@dataclass(frozen=True)
class Check:
    """A free-form control: what Control is for a pure one. `origin` is the digest of its source file."""

    check: BaseCheck
    origin: str

    @property
    def id(self) -> str:
        """The check's id."""
        return self.check.check_id

    @property
    def title(self) -> str:
        """The check's name."""
        return self.check.check_name

    @property
    def severity(self) -> Severity:
        """The check's severity."""
        return self.check.severity

    @property
    def category(self) -> Category:
        """The check's category."""
        return self.check.category

    @property
    def remedy(self) -> str:
        """How to mend what it finds; may be empty."""
        return self.check.remedy

    @property
    def why(self) -> str:
        """Its description."""
        return self.check.description

    @property
    def maps_to(self) -> tuple[str, ...]:
        """The requirements it names itself."""
        return self.check.maps_to

    @property
    def security_hub(self) -> tuple[str, ...]:
        """Security Hub has no control for it."""
        return ()

    @property
    def maturity(self) -> Maturity:
        """Stable, or a trial."""
        return self.check.maturity

    @property
    def on_request(self) -> bool:
        """Whoever has a check of their own wants it judged."""
        return False

    @property
    def scope(self) -> Scope:
        """Whether it runs once in an account or once in each region."""
        return self.check.scope

    @property
    def settings(self) -> Mapping[str, bool | int | float | str]:
        """Free-form controls have no settings."""
        return {}

    @property
    def digest(self) -> str:
        """What it judges by: its source file."""
        return digest(canonical({"file": self.origin}))


AnyControl = Control | Check


@dataclass(frozen=True)
class Catalogue:
    """Controls by id, in the order of their ids; `problems` are one line for each that could not be loaded.

    `left_out` are the ids of those there are beside them.
    """

    controls: Mapping[str, AnyControl]
    problems: tuple[str, ...] = field(default=())
    left_out: frozenset[str] = frozenset()

    def __iter__(self) -> Iterator[AnyControl]:
        return iter(self.controls.values())

    def __len__(self) -> int:
        return len(self.controls)

    def only(self, ids: Sequence[str]) -> "Catalogue":
        """Return the catalogue of these ids. Raises UnknownControlError, naming the first unknown."""
        for id_ in ids:
            if id_ not in self.controls:
                raise UnknownControlError(id_, self)
        wanted = set(ids)
        kept = {id_: control for id_, control in self.controls.items() if id_ in wanted}
        return Catalogue(kept, self.problems, self.left_out | (self.controls.keys() - wanted))


class UnknownControlError(ValueError):
    """There is no control of that id, and the message names near ones; or it is left out."""

    def __init__(self, id_: str, catalogue: Catalogue) -> None:
        from difflib import get_close_matches

        if id_ in catalogue.left_out:
            super().__init__(f"control {id_!r} is not judged here; name it in CCM_CONTROLS, and not in CCM_DISABLE")
            return
        near = get_close_matches(id_, catalogue.controls, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else "see ccm controls list"
        super().__init__(f"there is no control {id_!r}; {hint}")
