"""What functions take where nothing is said."""

import inspect
from collections.abc import Hashable
from types import ModuleType


def defaults(module: ModuleType) -> dict[str, set[Hashable]]:
    """Parameter -> every default that it has in the module's public functions and classes."""
    found: dict[str, set[Hashable]] = {}
    for name, thing in vars(module).items():
        if callable(thing) and getattr(thing, "__module__", "") == module.__name__ and name[0] != "_":
            for parameter in inspect.signature(thing).parameters.values():
                if parameter.default is not parameter.empty:
                    found.setdefault(parameter.name, set()).add(parameter.default)
    return found
