"""What a case or a data set lacks, holds twice, or holds in a way to know of."""

from radpipe.problems.problem import entry

__all__ = ["ENTRIES"]

ENTRIES = (
    entry(
        "E_NO_IMAGE",
        "error",
        "the image is not in the folder ({reference})",
        "add the image to the folder",
        "Contours, a segmentation or a mask whose image is not there.",
    ),
    entry(
        "E_NO_MASK",
        "error",
        "the image has no ROI",
        "add a RTSTRUCT or SEG, or exclude the image",
        "An image that nothing was drawn on.",
    ),
    entry(
        "E_ROI_MISSING",
        "error",
        "no ROI matches {pattern}; found: {found}",
        "correct --roi, or accept that this case has none",
        "An asked ROI that a case lacks: a skipped row.",
    ),
    entry(
        "E_NUMBER_TWICE",
        "error",
        "{count} ROIs or segments of the file have the number {number}",
        "export the file again; contours of ROIs with one number cannot be told apart",
        "Two ROIs with one ROINumber, or two segments with one SegmentNumber.",
    ),
    entry(
        "E_ROI_VERSIONS",
        "error",
        "{count} RTSTRUCT files hold {name} on one image, and their dates do not tell which is the newest ({dates})",
        "remove the versions that do not count",
        "Several versions of one ROI without a newest.",
    ),
    entry(
        "W_ROI_VERSIONS",
        "warn error",
        "{count} ROIs are in several RTSTRUCT files of one image: those of {newest} were measured, not of {older}",
        "check that the newest version is the one that counts",
        "Several versions of one ROI; StructureSetDate and Time choose.",
    ),
    entry(
        "E_SECOND_CHOICE",
        "error",
        "the SEG's {name} was not measured in the place of a RTSTRUCT that may be damaged ({damage})",
        "copy the RTSTRUCT again; or remove the damaged file, and the SEG is measured",
        "The data set prefers RTSTRUCT to SEG, and a file of the case cannot be read.",
    ),
    entry(
        "E_PARTIAL",
        "error",
        "the organ's usability is {value}, below 1",
        "--include-partial measures it all the same",
        "HaN-Seg marks organs that are only partly usable.",
    ),
    entry(
        "E_TASK",
        "error",
        "the labels {found} in a folder {folder} are those of no task for certain: {why}",
        "say what the labels mean, --label VALUE=NAME for each",
        "StructSeg's tasks share file names; what their labels mean is told apart by the labels found.",
    ),
    entry(
        "E_LOW_DICE",
        "error",
        "estimated Dice {dice:.3f} is below --min-dice {wanted:.3f}",
        "lower --min-dice to include it",
        "A mask whose estimated quality is too low.",
    ),
    entry(
        "E_DUPLICATE_ROW",
        "error",
        "rows {rows} of the manifest name the same case, image and ROI",
        "remove the copies",
        "A manifest that plans one row twice.",
    ),
    entry(
        "W_CASE",
        "warn error",
        "{what}",
        "look at this case",
        "Something of a case that the data set's rules make remarkable.",
    ),
    entry(
        "W_DATASET",
        "warn error",
        "{what}",
        "nothing, if it is as you expect",
        "Something of the whole data set, or of its clinical table, that one should know before reading results.",
    ),
    entry(
        "W_ROI_TRANSLATED",
        "warn error",
        "{found} was taken for {asked}, as --roi-dictionary says",
        "nothing, if the translation is right",
        "A ROI name was translated.",
    ),
)
