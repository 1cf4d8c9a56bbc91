"""Which changes of a module its own tests notice: `make mutate ARGS="engagement_utils/inference/means.py"`.

Works on a copy of the checkout. Each mutant (one operator, number or condition changed, by cosmic-ray) is
held against the file of tests that mirrors the module: it is killed when a test fails, else it survives.
"""

import argparse
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import apply_mutation
from cosmic_ray.plugins import get_operator, operator_names

# the usual ones: a sign or a bound turned round, a number off by one, a condition or a flag reversed; others,
# such as `is` for `==` or `<=` for `==` where nothing is smaller, make mutants that no test could tell
BINARY = "Add_Sub|Sub_Add|Mul_Div|Div_Mul|Pow_Mul|FloorDiv_Div|Mod_Div"
COMPARED = "Eq_NotEq|NotEq_Eq|Lt_LtE|Lt_GtE|LtE_Lt|LtE_Gt|Gt_GtE|Gt_LtE|GtE_Gt|GtE_Lt"
KEPT = re.compile(
    rf"core/(ReplaceBinaryOperator_({BINARY})|ReplaceComparisonOperator_({COMPARED})|AddNot|NumberReplacer"
    "|ReplaceUnaryOperator_Delete_(Not|USub)|ReplaceTrueWithFalse|ReplaceFalseWithTrue|ReplaceAndWithOr"
    "|ReplaceOrWithAnd|ReplaceBreakWithContinue|ReplaceContinueWithBreak|ZeroIterationForLoop)"
)
# lines of which a mutant says nothing: for a type checker alone, how a class is stored; and the star before
# keyword arguments, which is no product
LEFT_OUT, STAR = re.compile(r"TYPE_CHECKING|@dataclass"), re.compile(r"(?:^|[(\s])\*,")
NOT_COPIED = (
    ".git",
    ".venv",
    ".cache",
    "__pycache__",
    "_site",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
)


@dataclass(frozen=True)
class Mutant:
    """One change: the `occurrence`-th place in `module` to which an operator applies."""

    module: Path
    operator: str
    occurrence: int
    line: int


def mutants(module: Path) -> Iterator[Mutant]:
    """Every mutant of a module."""
    nodes = list(ast_nodes(get_ast_from_path(module)))
    lines = module.read_text(encoding="utf-8").splitlines()
    for name in operator_names():
        operator = get_operator(name)
        if not KEPT.fullmatch(name):
            continue
        found = [start for node in nodes for start, _ in operator().mutation_positions(node)]
        for i, (line, _) in enumerate(found):
            written = lines[line - 1]
            if not LEFT_OUT.search(written) and not ("_Mul_" in name and STAR.search(written)):
                yield Mutant(module, name, i, line)


def chosen(modules: Iterable[Path], most: int, seed: int) -> list[Mutant]:
    """At most `most` mutants (0: all), by chance, one a line."""
    every = [m for module in modules for m in mutants(module)]
    if not most:
        return every
    random.Random(seed).shuffle(every)
    first = list({(m.module, m.line): m for m in reversed(every)}.values())
    return sorted(first[:most], key=lambda m: (str(m.module), m.line))


def tests_of(module: Path) -> Path:
    """The file of tests that mirrors a module."""
    return Path("tests", *module.parts[1:-1], f"test_{module.name}")


def survives(mutant: Mutant, root: Path, timeout: float) -> bool:
    """Whether the tests pass with the mutant in place; the module is put back."""
    file = root / mutant.module
    code = file.read_text(encoding="utf-8")
    try:
        apply_mutation(file, get_operator(mutant.operator)(), mutant.occurrence)
        return passes(tests_of(mutant.module), root, timeout)
    finally:
        file.write_text(code, encoding="utf-8")


def passes(tests: Path, root: Path, timeout: float) -> bool:
    """Whether a file of tests passes in time."""
    command = [
        sys.executable,
        "-B",
        "-m",
        "pytest",
        "-x",
        "-q",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        str(tests),
    ]
    try:
        return subprocess.run(command, cwd=root, capture_output=True, timeout=timeout).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def main(arguments: list[str]) -> int:
    """Report killed and survived mutants; 1 where fewer than `--least` percent were killed."""
    parser = argparse.ArgumentParser(prog="python -m tests.checks.mutate", description=__doc__)
    parser.add_argument(
        "modules", nargs="+", type=Path, help="files below engagement_utils, or folders of them"
    )
    parser.add_argument("--most", type=int, default=40, help="mutants to try, chosen by --seed; 0 for all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--timeout", type=float, default=120, help="seconds that the tests may take")
    parser.add_argument("--least", type=float, default=90, help="percent that must be killed")
    given = parser.parse_args(arguments)
    files = [f for m in given.modules for f in (sorted(m.rglob("[!_]*.py")) if m.is_dir() else [m])]
    tested = [f for f in files if tests_of(f).is_file()]
    for file in set(files) - set(tested):
        print(f"{file}: no {tests_of(file)}, so left out")
    killed, alive = 0, []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "checkout"
        shutil.copytree(".", root, ignore=shutil.ignore_patterns(*NOT_COPIED))
        some = chosen(tested, given.most, given.seed)
        for file in dict.fromkeys(m.module for m in some):
            if not passes(tests_of(file), root, given.timeout):
                print(f"{tests_of(file)} fails without a mutant")
                return 2
        for mutant in some:
            if survives(mutant, root, given.timeout):
                alive.append(f"{mutant.module}:{mutant.line}: {mutant.operator.removeprefix('core/')}")
                print(f"survived {alive[-1]}", flush=True)
            else:
                killed += 1
    share = 100 * killed / max(len(some), 1)
    print(f"{killed} of {len(some)} mutants killed ({share:.0f} %)")
    return int(share < given.least)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
