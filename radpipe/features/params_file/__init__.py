"""YAML to Params: PyRadiomics' parameter file, all faults at once, each with its path and what is allowed."""

from radpipe.features.params_file.loading import load_params, with_settings
from radpipe.features.params_file.parsing import parse_params
from radpipe.features.params_file.preset_files import preset_names, preset_path

__all__ = ["load_params", "parse_params", "preset_names", "preset_path", "with_settings"]
