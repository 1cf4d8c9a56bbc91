"""Every benchmark, one after the other, or those named: `python -m benchmarks [NAME ...]`.

Each runs in a process of its own and prints or writes its own table; the first failure is the exit code.
"""

import subprocess
import sys
from pathlib import Path


def names() -> list[str]:
    """The modules of this folder that measure something."""
    found = (p for p in sorted(Path(__file__).parent.glob("*_*.py")) if not p.stem.startswith("__"))
    return [p.stem for p in found if "__main__" in p.read_text(encoding="utf-8")]


def main(wanted: list[str]) -> int:
    """Run the benchmarks named, or all."""
    known = names()
    if unknown := [name for name in wanted if name not in known]:
        print(f"error: no benchmark {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    worst = 0
    for name in wanted or known:
        print(f"== {name}", flush=True)
        worst = worst or subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], check=False).returncode
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
