"""All comparisons with PyRadiomics, one after the other, as tables of Markdown.

Run by hand on a quiet machine: ``python tests/benchmarks/everything.py [--data FOLDER] [--images 1000] [--rounds 3]``.
The tables are those of ``engines.py`` (arrays in memory), ``cases.py`` (work that users do, with peak memory) and
``commands.py`` (whole commands from files, with peak memory).
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path


def main() -> None:
    """Parse and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("RADPIPE_TEST_DATA", "../shared/data")))
    parser.add_argument("--images", type=int, default=1000, help="radiographs of the whole command (default 1000)")
    parser.add_argument("--rounds", type=int, default=3, help="times each contestant runs (default 3)")
    options = parser.parse_args()
    rounds, data = ["--rounds", str(options.rounds)], ["--data", str(options.data)]
    for title, script, arguments in (
        ("Arrays in memory", "engines.py", rounds),
        ("Measuring", "cases.py", [*rounds, *data]),
        ("Whole commands", "commands.py", [*rounds, *data, "--images", str(options.images)]),
    ):
        sys.stdout.write(f"\n{title}\n\n")
        sys.stdout.flush()
        subprocess.run([sys.executable, str(Path(__file__).with_name(script)), *arguments], check=True)


if __name__ == "__main__":
    main()
