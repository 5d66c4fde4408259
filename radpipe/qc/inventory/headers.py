"""What the header of an image tells without reading its voxels."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from radpipe.cohort import ImageKind, ImageRef
from radpipe.errors import InputError
from radpipe.imaging.acquisition import GRID, acquisition, grid_facts

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


__all__ = ["image_facts"]


def image_facts(image: ImageRef) -> dict[str, object]:
    """Return what is known of an image without reading its voxels.

    Parameters
    ----------
    image
        Where it lies.

    Returns
    -------
    dict
        Case, image and modality, the number of files, and of ``slices``, grid and acquisition what a header tells; what
        cannot be read is not there.
    """
    facts: dict[str, object] = {"case_id": image.case_id, "image_id": image.image_id, "modality": image.modality}
    facts |= {"files": len(image.paths)}
    if image.kind is ImageKind.DICOM_SERIES:
        header = _header(image)
        if header is not None:
            facts |= acquisition([header]) | _spacing(header)
            facts["slices"] = len(image.paths)
    elif image.kind is ImageKind.ITK_FILE:
        facts |= _grid_of_file(image.paths[0])
    if image.geometry is not None:
        facts |= {**grid_facts(image.geometry), "slices": image.geometry.size_zyx[0]}
    return facts


def _header(image: ImageRef) -> "Dataset | None":
    """Read the header in the middle of a series; None where it cannot be read, which ``check`` explains."""
    from radpipe.imaging.dicom_io import read_dicom

    path = Path(image.paths[len(image.paths) // 2])
    with suppress(InputError, OSError):
        files = sorted(file for file in path.iterdir() if file.is_file()) if path.is_dir() else [path]
        return read_dicom(str(files[len(files) // 2]), stop_before_pixels=True) if files else None
    return None


def _spacing(header: "Dataset") -> dict[str, str]:
    """Return what the header says of the grid; the distance of slices as measured is known after reading all."""
    spacing = {}
    with suppress(ValueError, TypeError, IndexError):
        spacing[GRID[0]] = f"{float(header.PixelSpacing[1]):.6g}" if "PixelSpacing" in header else ""
        spacing[GRID[1]] = f"{float(header.SpacingBetweenSlices):.6g}" if header.get("SpacingBetweenSlices") else ""
    return {name: text for name, text in spacing.items() if text}


def _grid_of_file(path: str) -> dict[str, object]:
    import SimpleITK as sitk  # noqa: N813

    reader = sitk.ImageFileReader()
    reader.SetFileName(path)
    with suppress(RuntimeError):
        reader.ReadImageInformation()
        spacing, size = reader.GetSpacing(), reader.GetSize()
        if len(size) >= 3:
            return {GRID[0]: f"{spacing[0]:.6g}", GRID[1]: f"{spacing[2]:.6g}", "slices": size[2]}
    return {}
