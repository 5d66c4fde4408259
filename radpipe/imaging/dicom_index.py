"""One crawl of a folder of DICOM: what each file is, by its tags; refreshed by path, size and time.

The crawl reads headers only, and each file once: a cache (Parquet) holds what was read, and a second crawl reads only
files that are new or changed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydicom.dataset import Dataset

from radpipe.errors import InputError, Policy
from radpipe.geometry import Geometry
from radpipe.imaging.acquisitions import main_part
from radpipe.imaging.crawl import Place, crawl
from radpipe.imaging.dicom_record import IMAGE_MODALITIES, DicomFile, named_parts, read_record
from radpipe.imaging.index_cache import load_index, save_index
from radpipe.imaging.like_files import LikeFiles
from radpipe.imaging.slices import Slice
from radpipe.imaging.stacks import stack
from radpipe.machine import cores_of_job

__all__ = ["IMAGE_MODALITIES", "DicomFile", "DicomIndex", "grid_of", "index_folder", "named_parts"]

PARALLEL_FROM = 4000
"""With fewer new files than this, starting processes costs more than it gains."""


@dataclass(frozen=True, slots=True)
class DicomIndex:
    """All files of a folder, sorted by path.

    Parameters
    ----------
    root
        The folder.
    files
        One record per file, foreign files included (they are counted, not read again).
    read
        How many files this crawl opened; the others came from the cache.
    by_kind
        Kind -> number of files.
    ignored
        Reason -> number of entries of the folder that were not opened for it.
    unlisted
        Folders that the system does not let us list, each with its reason.
    """

    root: str
    files: tuple[DicomFile, ...]
    read: int = 0
    by_kind: Mapping[str, int] = field(default_factory=dict)
    ignored: Mapping[str, int] = field(default_factory=dict)
    unlisted: tuple[str, ...] = ()

    def of_kind(self, kind: str) -> tuple[DicomFile, ...]:
        """List the files of a kind."""
        return tuple(file for file in self.files if file.kind == kind)


def index_folder(root: Path, cache: Path | None = None) -> DicomIndex:
    """Crawl a folder.

    Parameters
    ----------
    root
        The folder; symbolic links to folders are followed once each.
    cache
        A Parquet file that holds the last crawl; written anew when something changed. A cache that cannot be read is
        ignored and replaced.

    Raises
    ------
    StorageError
        The cache cannot be written.
    """
    known = load_index(cache) if cache is not None else {}
    walk = crawl(root)
    fresh = [place for place in walk.places if _key(place) not in known]
    read = dict(zip(map(_key, fresh), _read_all(fresh), strict=True))
    files = tuple(known.get(_key(place)) or read[_key(place)] for place in walk.places)
    if cache is not None and (fresh or len(known) != len(walk.places)):
        save_index(files, cache)
    return DicomIndex(
        str(root), files, len(fresh), dict(Counter(file.kind for file in files)), walk.ignored, walk.unlisted
    )


def _key(place: Place) -> tuple[str, int, int]:
    return place.path, place.size, place.mtime_ns


def _read_all(places: list[Place]) -> list[DicomFile]:
    cores = cores_of_job()
    if len(places) < PARALLEL_FROM or cores < 2:
        like = LikeFiles()
        return [read_record(place, like) for place in places]
    with ProcessPoolExecutor(max_workers=min(cores, 8)) as pool:
        return list(pool.map(read_record, places, chunksize=500))


def grid_of(files: Sequence[DicomFile]) -> Geometry | None:
    """Return the grid that the headers of one series promise.

    Parameters
    ----------
    files
        The images of the series, in any order.

    Returns
    -------
    Geometry or None
        None where the headers promise no regular grid.
    """
    headers = dict.fromkeys(header for file in files for header in file.headers)
    unique = {(header.position_xyz_mm, header.orientation): header for header in headers}
    slices = [Slice(Dataset(), files[0].path, header) for header in unique.values()]
    try:
        grid = stack(main_part(slices, Policy())[0], Policy()).geometry
    except InputError:
        return None
    return replace(grid, frame_of_reference_uid=files[0].frame_of_reference_uid or None)
