"""Patterns of IAM policies: `*` is any text, `?` any character, and in actions letter case does not matter.

No regular expressions: whoever writes policies in a monitored account could make one run for hours.
"""

WILDCARDS = frozenset("*?")


def is_any_action(pattern: str) -> bool:
    """Whether it matches every action there is: `*`, `*:*`."""
    return len(parts := pattern.split(":")) <= 2 and all(map(_is_anything, parts))


def is_any_resource(pattern: str) -> bool:
    """Whether it matches every resource there is, at least of its partition: `*`, `arn:aws:*`."""
    first, *others = pattern.split(":")
    if not others:
        return _is_anything(first)
    partition = others[0]
    everything = others if _is_anything(partition) else others[1:]
    return first == "arn" and bool(everything) and all(map(_is_anything, everything))


def whole_service(pattern: str) -> str:
    """Return the service all of whose actions it matches (`s3` for `s3:*`), "" where there is none such."""
    service, colon, action = pattern.partition(":")
    return service.lower() if colon and _is_anything(action) and is_fixed(service) else ""


def matches(pattern: str, action: str) -> bool:
    """Whether `action` is one of what `pattern` stands for."""
    return _fits(pattern.lower(), action.lower(), question_mark_is_not="")


def covers(pattern: str, narrower: str) -> bool:
    """Whether whatever the pattern `narrower` stands for, `pattern` does too; false also where it is hard to tell."""
    # A star in the narrower pattern may be many characters: only a star covers it.
    return _fits(pattern, narrower, question_mark_is_not="*")


def is_fixed(value: str) -> bool:
    """Whether it stands for itself only: no wildcard, no policy variable."""
    return value != "" and not WILDCARDS & set(value) and "${" not in value


def _is_anything(part: str) -> bool:
    return "*" in part and set(part) <= WILDCARDS


def _fits(pattern: str, text: str, *, question_mark_is_not: str) -> bool:
    at, place = 0, 0
    star, resumed = -1, 0
    while place < len(text):
        wanted = pattern[at] if at < len(pattern) else ""
        if wanted == "*":
            star, resumed, at = at, place, at + 1
        elif wanted == text[place] or (wanted == "?" and text[place] != question_mark_is_not):
            at, place = at + 1, place + 1
        elif star >= 0:
            # Let the last star take one more character, and go on from behind it.
            resumed += 1
            at, place = star + 1, resumed
        else:
            return False
    return set(pattern[at:]) <= {"*"}
