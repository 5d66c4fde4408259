"""The mutation check: change one thing in a module, run its tests, tell which changes no test noticed.

    .venv/bin/python tests/mutation/check.py radpipe/imaging/slices.py --sample 20 --seed 1

Run by hand or at night; each mutant costs a run of the module's tests: of its mirror file, and of those that
``tests/house/mirrors.toml`` names. The package is copied, so the checkout is not touched; a sample is the same for
the same seed. Survivors are printed as ``file:line before -> after``, then the score of each module. A survivor is
either a test that is missing, or a change that cannot matter; which of both is for a person to say.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from mutants import Mutant, mutants_of

CHECKOUT = Path(__file__).resolve().parents[2]


def tests_of(module: Path) -> list[str]:
    """Return the tests of a module: its mirror and what the list of the house names."""
    inner = module.relative_to("radpipe")
    mirror = Path("tests") / inner.parent / f"test_{inner.stem.removeprefix('_')}.py"
    listed = tomllib.loads((CHECKOUT / "tests" / "house" / "mirrors.toml").read_text())
    return [mirror.as_posix()] * (CHECKOUT / mirror).is_file() + listed.get(module.as_posix(), [])


def copied(folder: Path) -> None:
    """Copy the package with its compiled kernels, whose cache goes by the times of files, and the presets."""
    shutil.copytree(CHECKOUT / "radpipe", folder / "radpipe", copy_function=shutil.copy2)
    shutil.copytree(CHECKOUT / "params", folder / "params")


def forget_kernels(folder: Path, module: Path) -> None:
    """Drop what was compiled of a kernel and of those that call it: numba looks at a kernel's own file only."""
    kernels = folder / "radpipe" / "kernels"
    if module.parent.name != "kernels":
        return
    stale, grown = {module.stem}, True
    while grown:
        callers = {
            path.stem
            for path in kernels.glob("*.py")
            if any(f"radpipe.kernels.{name} import" in path.read_text() for name in stale)
        }
        grown = not callers <= stale
        stale |= callers
    for cached in (kernels / "__pycache__").glob("*.nb?"):
        if cached.name.split(".")[0] in stale:
            cached.unlink()


def passes(folder: Path, tests: list[str], seconds: float) -> bool:
    """Run tests against the copy; a run that takes too long counts as noticed."""
    # The working folder is the copy: Python's -m looks there first, in the tests and in what they start.
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-c", CHECKOUT / "pyproject.toml"]
    command += ["--rootdir", CHECKOUT, *(CHECKOUT / test for test in tests)]
    environment = {**os.environ, "PYTHONPATH": str(folder), "HYPOTHESIS_STORAGE_DIRECTORY": str(folder / "hypothesis")}
    environment.setdefault("RADPIPE_TEST_DATA", str(CHECKOUT.parent / "shared" / "data"))
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as run:
        try:
            return run.wait(timeout=seconds) == 0
        except subprocess.TimeoutExpired:
            run.kill()
            return False


def survivors(module: Path, chosen: list[Mutant], seconds: float) -> list[Mutant]:
    """Try each mutant on a copy of the package."""
    tests = tests_of(module)
    alive = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copied(folder)
        target = folder / module
        source, times = target.read_text(), target.stat()
        if not passes(folder, tests, seconds):
            sys.exit(f"{module}: its tests do not pass unchanged: {' '.join(tests)}")
        for mutant in chosen:
            target.write_text(mutant.apply(source))
            forget_kernels(folder, module)
            if passes(folder, tests, seconds):
                alive.append(mutant)
                print(f"  {module}:{mutant.line}  {mutant.before}  ->  {mutant.after}", flush=True)
            target.write_text(source)
            os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))
            forget_kernels(folder, module)
    return alive


def main() -> None:
    """Read the words of the command line and check each module."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="+", type=Path, help="radpipe/imaging/slices.py ...")
    parser.add_argument("--sample", type=int, default=0, help="mutants of a module; 0 is all")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--timeout", type=float, default=300, help="seconds for one run of a module's tests")
    asked = parser.parse_args()
    noticed = total = 0
    for module in asked.modules:
        every = mutants_of((CHECKOUT / module).read_text())
        chosen = every
        if asked.sample and asked.sample < len(every):
            chosen = random.Random(f"{asked.seed} {module}").sample(every, asked.sample)
        print(f"{module}: {len(chosen)} of {len(every)} mutants, {' '.join(tests_of(module))}", flush=True)
        alive = survivors(module, chosen, asked.timeout)
        killed = len(chosen) - len(alive)
        noticed, total = noticed + killed, total + len(chosen)
        print(f"{module}: {killed} of {len(chosen)} noticed ({100 * killed / max(len(chosen), 1):.0f} %)", flush=True)
    print(f"all: {noticed} of {total} noticed ({100 * noticed / max(total, 1):.0f} %)")


if __name__ == "__main__":
    main()
