"""The presets that come with radpipe, by name."""

from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path

from radpipe.errors import UsageError

__all__ = ["preset_names", "preset_path"]


def _preset_folder() -> Path:
    """``radpipe/presets`` in the wheel, ``params`` beside the package in a checkout."""
    shipped = Path(str(files("radpipe"))) / "presets"
    return shipped if shipped.is_dir() else Path(str(files("radpipe"))).parent / "params"


def preset_names() -> tuple[str, ...]:
    """List the presets that come with radpipe."""
    return tuple(sorted(path.stem for path in _preset_folder().glob("*.yaml")))


def preset_path(name: str) -> Path:
    """Return the file of a preset; its name in any case.

    Raises
    ------
    UsageError
        There is no preset of this name.
    """
    spelt = {known.casefold(): known for known in preset_names()}
    if name.strip().casefold() not in spelt:
        near = get_close_matches(name, preset_names(), 1)
        hint = f"did you mean {near[0]}?" if near else f"presets are {', '.join(preset_names())}"
        message = f"{name} is neither a file nor a preset; {hint}"
        raise UsageError(message)
    return _preset_folder() / f"{spelt[name.strip().casefold()]}.yaml"
