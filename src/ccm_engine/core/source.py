"""A digest of source code that is the same on every Python version and blind to comments and docstrings.

Many controls share functions and fields: each is read once in a process, as it was loaded.
"""

import ast
import hashlib
import inspect
import io
import textwrap
import tokenize
from collections.abc import Iterable
from functools import cache
from types import FunctionType

from ccm_engine.core.reading import Field

_SILENT = {tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER}
# Where statements end and blocks begin and end is meaning, not layout. No Python token begins with "?".
_STRUCTURE = {tokenize.NEWLINE: "?n", tokenize.INDENT: "?>", tokenize.DEDENT: "?<"}


class NoSourceError(TypeError):
    """A control's source cannot be read (it was typed into an interpreter, say)."""


def digest_of(functions: Iterable[FunctionType], fields: Iterable[Field]) -> str:
    """Return `sha256:` and the digest of what these functions and field declarations say.

    Raises NoSourceError when one has no source file.
    """
    # Without module names: those of a user's own files come from where the files lie.
    said = [f"{function.__qualname__}\0{function_tokens(function)}" for function in functions]
    said += [f"{field.owner.__qualname__}.{field.name}\0{declaration_tokens(field)}" for field in fields]
    return f"sha256:{hashlib.sha256(chr(10).join(sorted(said)).encode()).hexdigest()}"


@cache
def function_tokens(function: FunctionType) -> str:
    """Return a function's tokens, without decorators, comments and docstrings, one space between each."""
    text = _source(function)
    tree = _parsed(text, function)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            return tokens(text, tree, since=node.lineno)
    raise NoSourceError(f"{function.__qualname__}: its source holds no function")


@cache
def declaration_tokens(field: Field) -> str:
    """Return the tokens of the statement that declares `field` in its class."""
    owner: type = field.owner
    statement = _declarations(owner).get(field.name)
    if statement is None:
        raise NoSourceError(f"{field.owner.__qualname__}.{field.name}: its declaration was not found")
    return tokens(statement, ast.parse(statement))


@cache
def _declarations(owner: type) -> dict[str, str]:
    """Return the statements that declare a class's fields, by name."""
    text = _source(owner)
    lines = text.splitlines()
    found: dict[str, str] = {}
    for node in ast.walk(_parsed(text, owner)):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            statement = textwrap.dedent("\n".join(lines[node.lineno - 1 : node.end_lineno]))
            found.setdefault(node.target.id, statement)
    return found


def tokens(text: str, tree: ast.AST, since: int = 1) -> str:
    """Return the tokens of `text` from line `since` on, docstrings left out. An f-string is one token, as it stands."""
    silent = _docstring_lines(tree)
    lines = text.splitlines(keepends=True)
    found: list[str] = []
    began: list[tuple[int, int]] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        name = tokenize.tok_name[token.type]
        # From Python 3.12 on an f-string comes in pieces; 3.11 gives it whole.
        if name == "FSTRING_START":
            began.append(token.start)
        elif name == "FSTRING_END":
            start = began.pop()
            if not began and start[0] >= since:
                found.append(_slice(lines, start, token.end))
        elif began or token.type in _SILENT or token.start[0] < since:
            continue
        elif token.start[0] not in silent or token.type in (tokenize.INDENT, tokenize.DEDENT):
            found.append(_STRUCTURE.get(token.type, token.string))
    return " ".join(found)


def _source(thing: FunctionType | type) -> str:
    try:
        return textwrap.dedent(inspect.getsource(thing))
    except (OSError, TypeError) as error:
        raise NoSourceError(f"{thing.__qualname__}: its source cannot be read; put it in a file") from error


def _parsed(text: str, thing: FunctionType | type) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        told = "its source cannot be read by itself; indent the lines of its texts like its code"
        raise NoSourceError(f"{thing.__qualname__}: {told}") from error


def _docstring_lines(tree: ast.AST) -> set[int]:
    silent: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and ast.get_docstring(node):
            first = node.body[0]
            silent.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return silent


def _slice(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> str:
    if start[0] == end[0]:
        return lines[start[0] - 1][start[1] : end[1]]
    middle = lines[start[0] : end[0] - 1]
    return "".join([lines[start[0] - 1][start[1] :], *middle, lines[end[0] - 1][: end[1]]])
