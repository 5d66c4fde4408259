"""Files that cannot be read, or contradict themselves."""

from radpipe.problems.problem import entry

__all__ = ["ENTRIES"]

ENTRIES = (
    entry(
        "E_UNREADABLE",
        "error",
        "the file cannot be read: {reason}",
        "open the file in a viewer; copy it again from its source",
        "The file is damaged or not of the kind its place promises.",
    ),
    entry(
        "E_MISSING_FILE",
        "error",
        "the file does not exist",
        "correct the path in the manifest, or restore the file",
        "A file that a manifest or header names is not there.",
    ),
    entry(
        "E_TRUNCATED",
        "error",
        "the file is cut: {found} bytes where {expected} are needed",
        "copy the file again from its source",
        "Fewer bytes than the header promises; readers fill the rest with zeros.",
    ),
    entry(
        "E_DAMAGED_FILE",
        "error",
        "{count} damaged files lie in the folder of this case, first {first}: {reason}",
        "copy the files again from their source, or remove them",
        "A file that cannot be read and may hold images or ROIs of this case.",
    ),
    entry(
        "E_CHECKSUM",
        "error",
        "the compressed file fails its own checksum ({reason})",
        "copy the file again from its source",
        "A gzip stream whose CRC does not hold.",
    ),
    entry(
        "E_HEADER",
        "error",
        "the header contradicts itself: {what}",
        "correct the header, or convert the image again from its DICOM series",
        "Two statements of one header that programs read differently.",
    ),
    entry(
        "E_NO_SPACING",
        "error warn",
        "the file gives no voxel size: {what}",
        "write the spacing into the header; --policy E_NO_SPACING=warn takes 1 mm",
        "Readers take 1 mm in silence, and every volume is wrong.",
    ),
    entry(
        "E_NOT_AN_IMAGE",
        "error warn",
        "the image holds nothing but 0 and {high:g}",
        "look whether the columns of image and mask are swapped",
        "A mask in place of an image.",
    ),
    entry(
        "E_REQUIRED_TAG",
        "error",
        "the DICOM header lacks {tags}",
        "export the file again with a complete header",
        "A DICOM header cut or stripped of what geometry needs.",
    ),
    entry(
        "E_NO_DECODER",
        "error",
        "no decoder for transfer syntax {syntax}",
        "pip install 'radpipe[decoders]'",
        "Compressed pixel data, and the decoder is not installed.",
    ),
    entry(
        "W_STRAY_FILE",
        "warn error",
        "{count} cut files were set aside ({names}); a whole slice lies at each of their positions",
        "remove them",
        "A damaged copy among the slices of a series that is complete without it.",
    ),
)
