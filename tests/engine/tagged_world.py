"""The little world under a tag filter: badges tell the tags of gates and guests."""

from little_world import ACCOUNT_ID, US, Gate, Guest, Visit, source

from ccm_engine.core.document import Document, Failure, Place
from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call
from ccm_engine.core.tags import TagFilter, TagListing
from ccm_engine.engine.catalogue import AnyControl
from ccm_engine.engine.collection import Population
from ccm_engine.engine.judge import judge_all
from ccm_engine.engine.judged import ControlRun

BADGES_REFUSED = Failure("house:ListBadges", "AccessDeniedException", "no", US)


class Line(Part):
    """A line of a badge."""

    key: str = at("Key")
    text: str = at("Text")


class Badge(TagListing):
    """What is written on a gate or a guest."""

    type = "Test::House::Badge"
    listed_by = Call("house", "list_badges", "Badges")
    tells = frozenset({Gate.type, Guest.type})

    id: str = at("Arn")
    arn: str = at("Arn")
    lines: tuple[Line, ...] = at("Lines")

    def has(self, key: str, /) -> bool:
        """Whether a key is written on it."""
        return any(line.key == key for line in self.lines)

    def value(self, key: str, /) -> str:
        """Return what is written behind a key."""
        return next(line.text for line in self.lines if line.key == key)


class Written(dict[str, str]):
    """Tags as they are."""

    def has(self, key: str, /) -> bool:
        """Whether there is a tag of that key."""
        return key in self

    def value(self, key: str, /) -> str:
        """Return a tag's value."""
        return self[key]


def only(**include: str) -> TagFilter:
    """Return the filter that takes what has these tags; an empty text means any value."""
    return TagFilter({key: (value,) if value else () for key, value in include.items()}, {}, (Badge,))


def without(**exclude: str) -> TagFilter:
    """Return the filter that leaves out what has one of these tags."""
    return TagFilter({}, {key: (value,) if value else () for key, value in exclude.items()}, (Badge,))


class TaggedVisit(Visit):
    """A visit under a filter; where there is none, badges are not looked at."""

    def __init__(self, tags: TagFilter | None, minute: int = 0, regions: tuple[str, ...] = (US,)) -> None:
        super().__init__(minute, regions)
        self.tags = tags
        for region in regions if tags else ():
            told = Population(source=source("house:ListBadges", self.at))
            self.collection.populations.setdefault(Badge, {})[region] = told

    def badge(self, arn: str, region: str = US, **lines: str) -> "TaggedVisit":
        """Write tags on a gate (`gate/NAME`) or a guest (`guest/NAME`)."""
        if self.tags:
            place = Place(ACCOUNT_ID, region)
            where = "" if arn.startswith("guest") else region
            item = {
                "Arn": f"arn:aws:house:{where}:{ACCOUNT_ID}:{arn}",
                "Lines": [{"Key": key, "Text": text} for key, text in lines.items()],
            }
            told = self.collection.populations[Badge][region]
            told.documents.append(Document(place, item, source("house:ListBadges", self.at)))
        return self

    def hide_badges(self, region: str = US) -> "TaggedVisit":
        """Let the listing of badges fail."""
        if self.tags:
            self.collection.populations[Badge][region] = Population(failure=BADGES_REFUSED)
        return self

    def judge(self, *controls: AnyControl) -> list[ControlRun]:
        """Return what the controls say of what is in scope."""
        return list(judge_all(controls, self.collection, self.at, self.tags))


def left_out(runs: list[ControlRun]) -> set[str]:
    """Return the names of what tags left out."""
    return {name for run in runs if run.narrowed for name in run.narrowed.left_out}
