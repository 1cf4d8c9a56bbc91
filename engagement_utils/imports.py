"""Which modules a piece of code imports: read from its text, never run."""

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

import engagement_utils

PACKAGE = engagement_utils.__name__


@lru_cache(maxsize=1024)
def imported(code: str, *, always: bool = False) -> tuple[str, ...]:
    """Dotted names that `code` imports, in order, each once; `from a import b` gives a and a.b.

    What only a type checker imports is left out, and lines of IPython (`%magic`, `!command`) are skipped.

    Args:
        code: of a module, or of a notebook's cell.
        always: leave out what is imported in functions and under conditions.

    Raises:
        ValueError: Python cannot parse the code.
    """
    lines = ("" if line.lstrip().startswith(("%", "!", "?")) else line for line in code.splitlines())
    try:
        tree = ast.parse("\n".join(lines))
    except (SyntaxError, RecursionError) as error:
        raise ValueError(str(error)) from error
    names: dict[str, None] = {}
    for statement in tree.body if always else _statements(tree.body):
        match statement:
            case ast.Import(names=found):
                names |= dict.fromkeys(alias.name for alias in found)
            case ast.ImportFrom(module=str(module), names=found, level=0):
                names |= dict.fromkeys([module, *(f"{module}.{alias.name}" for alias in found)])
    return tuple(names)


def _statements(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every statement, those in blocks too, but for what stands under `if TYPE_CHECKING`."""
    for node in body:
        yield node
        typing = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for block in ("orelse",) if typing else ("body", "handlers", "orelse", "finalbody", "cases"):
            yield from _statements(getattr(node, block, ()))


def homes() -> list[Path]:
    """The folders whose packages are ours: one, but where another distribution adds to it."""
    return [Path(folder) for folder in engagement_utils.__path__]


def file_of(name: str) -> Path | None:
    """The file of one of our modules or packages; None for a library and for a name that is no module's."""
    package, *parts = name.split(".")
    if package != PACKAGE:
        return None
    # not `importlib.util.find_spec`, which imports the packages above
    bases = [home.joinpath(*parts) for home in homes()]
    files = [f for base in bases for f in (base.with_suffix(".py"), base / "__init__.py")]
    return next((f for f in files if f.is_file()), None)


def followed(names: Iterable[str], *, always: bool = False) -> set[str]:
    """`names`, and all that our own modules among them import in turn, libraries included."""
    waiting, found = list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            if file := file_of(name):
                waiting += imported(file.read_text(encoding="utf-8"), always=always)
    return found
