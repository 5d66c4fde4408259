"""The registry of problems: each code with its sentence, its meaning, what to do, and its default policy.

A code ``E_...`` refuses, a code ``W_...`` warns; a policy can change what the registry allows to be changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

__all__ = ["PROBLEMS", "Action", "Problem", "problem"]


class Action(StrEnum):
    """What to do about a problem."""

    ERROR = "error"
    WARN = "warn"
    FIX = "fix"


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of the registry.

    Parameters
    ----------
    code
        ``E_...`` or ``W_...``.
    template
        The sentence, with the names of its facts in braces.
    remedy
        What to do, an imperative clause.
    meaning
        What the code stands for, for ``radpipe codes``.
    default, allowed
        What happens unless a policy says otherwise, and what a policy may say.
    """

    code: str
    template: str
    remedy: str
    meaning: str
    default: Action
    allowed: frozenset[Action]

    def sentence(self, facts: Mapping[str, Any]) -> str:
        """Fill the facts into the sentence; a missing fact is a KeyError."""
        return self.template.format_map(facts)


def _entry(code: str, actions: str, template: str, remedy: str, meaning: str) -> Problem:
    """Make an entry; the first of the actions is the default."""
    words = actions.split()
    return Problem(code, template, remedy, meaning, Action(words[0]), frozenset(Action(word) for word in words))


_ENTRIES = (
    _entry(
        "E_UNREADABLE",
        "error",
        "the file cannot be read: {reason}",
        "open the file in a viewer; copy it again from its source",
        "The file is damaged or not of the kind its place promises.",
    ),
    _entry(
        "E_MISSING_FILE",
        "error",
        "the file does not exist",
        "correct the path in the manifest, or restore the file",
        "A file that a manifest or header names is not there.",
    ),
    _entry(
        "E_TRUNCATED",
        "error",
        "the file is cut: {found} bytes where {expected} are needed",
        "copy the file again from its source",
        "Fewer bytes than the header promises; readers fill the rest with zeros.",
    ),
    _entry(
        "E_DAMAGED_FILE",
        "error",
        "{count} damaged files lie in the folder of this case, first {first}: {reason}",
        "copy the files again from their source, or remove them",
        "A file that cannot be read and may hold images or ROIs of this case.",
    ),
    _entry(
        "E_NUMBER_TWICE",
        "error",
        "{count} ROIs or segments of the file have the number {number}",
        "export the file again; contours of ROIs with one number cannot be told apart",
        "Two ROIs with one ROINumber, or two segments with one SegmentNumber.",
    ),
    _entry(
        "E_ROI_VERSIONS",
        "error",
        "{count} RTSTRUCT files hold {name} on one image, and their dates do not tell which is the newest ({dates})",
        "remove the versions that do not count",
        "Several versions of one ROI without a newest.",
    ),
    _entry(
        "W_ROI_VERSIONS",
        "warn error",
        "{count} ROIs are in several RTSTRUCT files of one image: those of {newest} were measured, not of {older}",
        "check that the newest version is the one that counts",
        "Several versions of one ROI; StructureSetDate and Time choose.",
    ),
    _entry(
        "E_SECOND_CHOICE",
        "error",
        "the SEG's {name} was not measured in the place of a RTSTRUCT that may be damaged ({damage})",
        "copy the RTSTRUCT again; or remove the damaged file, and the SEG is measured",
        "The data set prefers RTSTRUCT to SEG, and a file of the case cannot be read.",
    ),
    _entry(
        "E_CHECKSUM",
        "error",
        "the compressed file fails its own checksum ({reason})",
        "copy the file again from its source",
        "A gzip stream whose CRC does not hold.",
    ),
    _entry(
        "E_HEADER",
        "error",
        "the header contradicts itself: {what}",
        "correct the header, or convert the image again from its DICOM series",
        "Two statements of one header that programs read differently.",
    ),
    _entry(
        "E_NO_SPACING",
        "error warn",
        "the file gives no voxel size: {what}",
        "write the spacing into the header; --policy E_NO_SPACING=warn takes 1 mm",
        "Readers take 1 mm in silence, and every volume is wrong.",
    ),
    _entry(
        "E_NOT_AN_IMAGE",
        "error warn",
        "the image holds nothing but 0 and {high:g}",
        "look whether the columns of image and mask are swapped",
        "A mask in place of an image.",
    ),
    _entry(
        "E_REQUIRED_TAG",
        "error",
        "the DICOM header lacks {tags}",
        "export the file again with a complete header",
        "A DICOM header cut or stripped of what geometry needs.",
    ),
    _entry(
        "E_NO_DECODER",
        "error",
        "no decoder for transfer syntax {syntax}",
        "pip install 'radpipe[decoders]'",
        "Compressed pixel data, and the decoder is not installed.",
    ),
    _entry(
        "E_MISSING_SLICE",
        "error warn",
        "slices are {spacing:.4g} mm apart, but {gaps}",
        "add the missing slices or exclude the series; --policy E_MISSING_SLICE=warn fills the gap by interpolation",
        "A gap in a series; readers silently stretch the spacing.",
    ),
    _entry(
        "E_IRREGULAR_SPACING",
        "error warn",
        "slice spacing varies from {smallest:.4g} to {largest:.4g} mm",
        "resample the series in a planning system, or exclude it",
        "Slices are not equally far apart.",
    ),
    _entry(
        "E_DUPLICATE_POSITION",
        "error fix",
        "{count} slices share a position with other pixels, first at {position:.2f} mm",
        "remove the wrong slices; --policy E_DUPLICATE_POSITION=fix keeps the lowest InstanceNumber",
        "Two different slices at one position.",
    ),
    _entry(
        "W_DUPLICATE_SLICE",
        "warn error",
        "{count} slices were present twice with equal pixels and used once",
        "nothing, if the copies are intended",
        "The same slice twice.",
    ),
    _entry(
        "E_MIXED_SERIES",
        "error fix",
        "the series mixes {what}; the largest part has {kept} of {total} slices",
        "split the series; --policy E_MIXED_SERIES=fix measures the largest part",
        "Localizers or other matrices in one series.",
    ),
    _entry(
        "E_SEVERAL_IMAGES",
        "error",
        "the folder holds {count} image series ({found})",
        "name the folder of one series, or sort the files by series",
        "A folder that was named as one image, and is several.",
    ),
    _entry(
        "W_MIXED_SERIES",
        "warn error",
        "{dropped} of {total} slices were set aside as {what}",
        "check that these are localizers",
        "A localizer in the series was set aside.",
    ),
    _entry(
        "E_MIXED_SPACING",
        "error",
        "PixelSpacing differs between slices: {values}",
        "exclude the series",
        "One series with several pixel spacings.",
    ),
    _entry(
        "E_TILT",
        "error warn",
        "the gantry is tilted: slice normal and stacking direction differ by {degrees:.2f} degrees",
        "resample the series in a planning system",
        "A sheared grid cannot be an image with orthonormal axes.",
    ),
    _entry(
        "E_OFF_LINE",
        "error warn",
        "{count} slices lie beside the line of the others, by up to {distance:.2f} mm (at {position:.2f} mm)",
        "remove slices of another acquisition, or export the series again",
        "Slices shifted within their planes; readers take the first slice's position for all.",
    ),
    _entry(
        "E_VALUE_JUMP",
        "error warn",
        "between {count} pairs of neighbouring slices the values of the whole field jump, first by {jump:.0f} HU after "
        "{position:.2f} mm",
        "split the series by acquisition; E_VALUE_JUMP=warn measures it as it is",
        "Two acquisitions, scales or kernels in one CT, which its header does not tell apart.",
    ),
    _entry(
        "E_NO_RESCALE",
        "error warn",
        "RescaleSlope or RescaleIntercept is missing on a CT",
        "export the series again; --policy E_NO_RESCALE=warn takes the stored values as HU",
        "CT numbers without their scale.",
    ),
    _entry(
        "E_RESCALE_TYPE",
        "error warn",
        "RescaleType of this CT is {kind}, not HU",
        "exclude the series if it is a derived map; E_RESCALE_TYPE=warn takes its values as HU",
        "A CT whose values are no Hounsfield units: a perfusion or material map.",
    ),
    _entry(
        "W_STRAY_FILE",
        "warn error",
        "{count} cut files were set aside ({names}); a whole slice lies at each of their positions",
        "remove them",
        "A damaged copy among the slices of a series that is complete without it.",
    ),
    _entry(
        "E_SINGLE_SLICE",
        "error warn",
        "the series has one slice",
        "exclude the series, or measure it with a 2D preset",
        "A volume needs two slices to know its spacing.",
    ),
    _entry(
        "W_HU_RANGE",
        "warn error",
        "HU from {lowest:.6g} to {highest:.6g} is outside -1024 .. 3071",
        "check the rescale tags; metal saturates at 3071",
        "Unusual CT numbers.",
    ),
    _entry(
        "E_NONFINITE",
        "error",
        "{count} voxels are NaN or infinite",
        "repair the image before measuring it",
        "One NaN changes a third of the features and is not seen.",
    ),
    _entry(
        "E_FLOAT_MASK",
        "error",
        "the mask holds {values}, which are not whole numbers",
        "threshold the mask and save it as integers",
        "A probability map, or an interpolated mask.",
    ),
    _entry(
        "E_MASK_VALUES",
        "error",
        "the mask holds {found}: {why}",
        "look at the mask in a viewer; save it as whole numbers with background 0",
        "Values that a mask of labels does not hold.",
    ),
    _entry(
        "E_SEVERAL_LABELS",
        "error",
        "the mask holds labels {found}, and none was asked for",
        "name one label: in the manifest a row for each, with the column label",
        "A mask of several labels; their union is no ROI.",
    ),
    _entry(
        "W_MASK_VALUE",
        "warn error",
        "the mask's only label is {label}; it was taken where {asked} was asked",
        "write the label into the manifest",
        "A mask of 0 and 255.",
    ),
    _entry(
        "E_LABEL_MISSING",
        "error",
        "label {label} is not in the mask, which holds {found}",
        "choose one of the labels present",
        "The asked label does not occur.",
    ),
    _entry(
        "E_EMPTY_ROI",
        "error",
        "the mask holds no voxel",
        "check the contours; exclude the ROI if it is empty on purpose",
        "Nothing to measure.",
    ),
    _entry(
        "E_TINY_ROI",
        "error",
        "the ROI has {voxels} voxels in {dimensions} dimensions, too few for {what}",
        "exclude the ROI or resample to smaller voxels",
        "One voxel or one line.",
    ),
    _entry(
        "E_WHOLE_IMAGE",
        "error warn",
        "the mask fills the whole image",
        "check that it is no background; --policy E_WHOLE_IMAGE=warn measures it with the native engine",
        "A ROI without anything outside it is seldom meant; PyRadiomics refuses it ('No labels found in this mask').",
    ),
    _entry(
        "E_PRESET_MODALITY",
        "error warn",
        "{preset} is for {wanted}; the image is {found}",
        "name a preset for it (radpipe params lists them), choose with --modality, or accept with "
        "--policy E_PRESET_MODALITY=warn",
        "Bins, spacing and shift of one modality mean nothing on another: PET in bins of 25 HU has one or two.",
    ),
    _entry(
        "W_FEW_BINS",
        "warn error",
        "the ROI's values fall into {bins} bins, fewer than {limit}",
        "use a smaller binWidth, or another preset; read its texture features with care",
        "With a handful of gray levels texture says little.",
    ),
    _entry(
        "W_MANY_BINS",
        "warn error",
        "the ROI's values fall into {bins} bins, more than {limit}",
        "use a larger binWidth, or another preset; read its texture features with care",
        "With more gray levels than a scanner can tell apart, texture counts noise; matrices take memory and time.",
    ),
    _entry(
        "W_SMALL_ROI",
        "warn error",
        "the ROI is small: {voxels} voxels, {extent}",
        "read its texture features with care",
        "Under 64 voxels or 1 mL texture is unreliable.",
    ),
    _entry(
        "E_GRID_MISMATCH",
        "error fix",
        "image and mask lie on different grids: {difference}",
        "resample the mask; --policy E_GRID_MISMATCH=fix does it by nearest neighbour where they share patient space",
        "Image and mask of different size, spacing, origin or direction.",
    ),
    _entry(
        "W_RESAMPLED_MASK",
        "warn error",
        "the mask was resampled to the image's grid by nearest neighbour ({difference})",
        "nothing, if image and mask share patient space",
        "A mask from another grid.",
    ),
    _entry(
        "E_FRAME_OF_REFERENCE",
        "error warn",
        "image and ROI have different frames of reference ({image} and {roi_frame})",
        "register the images, or choose the image the ROI was drawn on",
        "Coordinates of two frames cannot be compared.",
    ),
    _entry(
        "E_UNREGISTERED",
        "error",
        "{image} and {other} are not registered: their centres are {distance:.1f} mm apart",
        "measure ROIs on the image they were drawn on, or ask for a registration: --register rigid",
        "Two images of one patient that do not share patient space.",
    ),
    _entry(
        "E_TRANSFORM",
        "error",
        "the transform cannot be used: {reason}",
        "write a rigid transform as an ITK file, from points of the drawn image to points of the second",
        "A transform of the user that is damaged or not rigid.",
    ),
    _entry(
        "E_REGISTRATION",
        "error warn",
        "the registration of {image} to {other} cannot be trusted: {reason}",
        "check that both are of one patient and body part; register them elsewhere and give --transform FOLDER",
        "Displaced starts do not find the same place again, or the fields hardly overlap.",
    ),
    _entry(
        "W_REGISTRATION",
        "warn error",
        "the registration of {image} to {other} is doubtful: {reason}",
        "look at both images through the transform before values are used; tables/registrations.csv has the figures",
        "A registration whose figures are not those of a right one beyond doubt.",
    ),
    _entry(
        "E_NO_CONTOURS",
        "error",
        "the ROI has no closed planar contour ({found})",
        "check the ROI in the planning system",
        "A ROI of points or open lines, or an empty one.",
    ),
    _entry(
        "E_NO_IMAGE",
        "error",
        "the image is not in the folder ({reference})",
        "add the image to the folder",
        "Contours, a segmentation or a mask whose image is not there.",
    ),
    _entry(
        "E_NO_MASK",
        "error",
        "the image has no ROI",
        "add a RTSTRUCT or SEG, or exclude the image",
        "An image that nothing was drawn on.",
    ),
    _entry(
        "E_ROI_MISSING",
        "error",
        "no ROI matches {pattern}; found: {found}",
        "correct --roi, or accept that this case has none",
        "An asked ROI that a case lacks: a skipped row.",
    ),
    _entry(
        "E_OUTSIDE",
        "error warn",
        "{percent:.1f} % of the ROI's area lies outside the image",
        "check that the ROI belongs to this image",
        "Contours off the image.",
    ),
    _entry(
        "W_OUTSIDE",
        "warn error",
        "{percent:.1f} % of the ROI's area lies outside the image and was cut",
        "check the field of view",
        "A part of the ROI is cut by the image's border.",
    ),
    _entry(
        "W_OPEN_CONTOURS",
        "warn error",
        "{count} contours are points or open lines and have no area ({kinds})",
        "nothing, if they are markers",
        "POINT and OPEN_* contours are counted, not filled.",
    ),
    _entry(
        "W_NESTED_CONTOURS",
        "warn error fix",
        "contours of the ROI overlap on {count} slices; {effect}",
        "--policy W_NESTED_CONTOURS=fix takes the union instead",
        "Overlapping CLOSED_PLANAR contours.",
    ),
    _entry(
        "W_OFF_SLICE",
        "warn error",
        "{count} contours lie between slices or in another plane; {percent:.1f} % of the area had no slice within "
        "half a spacing; {displaced} gave way to a plane nearer to their slice",
        "check that the ROI was drawn on this series",
        "Contours that belong to no slice, or share one with a nearer plane; half way between two slices the upper one "
        "is taken.",
    ),
    _entry(
        "W_GAP",
        "warn error fix",
        "the ROI, or a part of it, is not drawn on {missing} of the slices that it crosses ({percent:.0f} %): {where}; "
        "{effect}",
        "check the planes in the planning system; --policy W_GAP=fix interpolates between planes (shape-based)",
        "Planes of contours further apart than the image's slices, or planes that are missing.",
    ),
    _entry(
        "W_CUT",
        "warn error",
        "the ROI reaches the image's end at {positions}; what lies beyond is not measured",
        "check that no slices are missing at that end",
        "A contour on the first or the last slice of the image.",
    ),
    _entry(
        "W_DOUBLED_CONTOURS",
        "warn error",
        "{count} contours are in the file more than once and were counted once",
        "nothing, unless the file was put together from two",
        "Equal contours: even-odd would make a hole of the ROI.",
    ),
    _entry(
        "W_CROSSED_CONTOURS",
        "warn error",
        "{count} contours cross or overlap themselves: they enclose {filled:.0f} voxels, but {area:.0f} by their ring",
        "check these contours in the planning system",
        "A contour like a figure eight, or one that runs round twice; it is filled even-odd.",
    ),
    _entry(
        "W_STRAY_CONTOURS",
        "warn error",
        "{count} contours with {percent:.2f} % of the ROI's voxels lie apart from the rest, at {positions}",
        "check for a click that was left on another slice: it changes diameters and extents",
        "A few voxels far above or below the rest of a ROI.",
    ),
    _entry(
        "W_DEGENERATE_CONTOURS",
        "warn error",
        "{count} contours have fewer than three different points",
        "nothing",
        "Contours without an area.",
    ),
    _entry(
        "W_CONTOUR_IMAGE",
        "warn error",
        "{count} contours refer to images that are not in the series; they were placed by geometry",
        "nothing, if the geometry is right",
        "Referenced SOP instances are only cross-checked.",
    ),
    _entry(
        "E_FRACTIONAL_SEG",
        "error fix",
        "the segmentation is fractional",
        "--policy E_FRACTIONAL_SEG=fix thresholds it at 0.5",
        "DICOM SEG of type FRACTIONAL needs a threshold.",
    ),
    _entry(
        "E_SEGMENT_MISSING",
        "error",
        "segment or ROI number {number} is not in the file, which holds {found}",
        "choose one of those",
        "A selector that the file does not have.",
    ),
    _entry(
        "W_AGREEMENT",
        "warn error",
        "RTSTRUCT and SEG of {name} agree with Dice {dice:.4f}; {chosen} was measured",
        "look at both where Dice is below 0.95",
        "The same ROI in two files: one was measured.",
    ),
    _entry(
        "W_AGREEMENT_UNKNOWN",
        "warn error",
        "{name} is in both RTSTRUCT and SEG; {chosen} was measured, their agreement could not be computed: {reason}",
        "look at both",
        "The same ROI in two files, and one of them cannot be read.",
    ),
    _entry(
        "E_SUV",
        "error warn",
        "SUV by body weight cannot be computed: {missing}",
        "complete the PET's header; --policy E_SUV=warn measures it in its own unit",
        "PET without weight, dose, times or with an unknown unit, or with values that cannot be true.",
    ),
    _entry(
        "W_DECAY_TIME",
        "warn error",
        "the series was stored after its acquisition: {told} was taken as the time of decay correction",
        "check that the series was not decay corrected to another time",
        "DecayCorrection START, and a series time that cannot be the scan's start.",
    ),
    _entry(
        "W_PET_CORRECTIONS",
        "warn error",
        "CorrectedImage is missing; attenuation and decay were taken as corrected",
        "check that this is not the series without attenuation correction",
        "A PET whose header does not say what was corrected.",
    ),
    _entry(
        "E_NOT_GRAY",
        "error",
        "the channels of the PNG differ",
        "convert the radiograph to grey",
        "A colour picture.",
    ),
    _entry(
        "W_CHANNELS",
        "warn error",
        "the PNG is {mode} with equal channels; one was taken",
        "nothing",
        "RGBA or palette that is grey in truth.",
    ),
    _entry(
        "W_MASK_RESIZED",
        "warn error",
        "the mask of {mask} was resized to the image's {image} by nearest neighbour",
        "nothing, if both show the same field",
        "A mask smaller than its radiograph.",
    ),
    _entry(
        "E_DIMENSION",
        "error",
        "{what} needs a {wanted} image, this one is {found}",
        "choose a preset for images of this dimension (radpipe params lists them)",
        "3D features asked of a radiograph.",
    ),
    _entry(
        "E_DEFINITION",
        "error",
        "the engine {engine} cannot measure by the definition {definition}",
        "use --engine native",
        "Values by IBSI's definition come from radpipe's own engine; PyRadiomics has another definition.",
    ),
    _entry(
        "E_FILTER_SIZE",
        "error",
        "the image of {size} voxels (z, y, x) is too small for a LoG of sigma {sigma:g} mm",
        "leave that sigma out, or measure the image with a preset of its own",
        "A filter wider than the image; its columns would be empty in a row that is ok.",
    ),
    _entry(
        "E_TOO_MANY_BINS",
        "error",
        "bin width {width:g} over the ROI's range {low:.6g} .. {high:.6g} gives {bins} bins, more than {limit}",
        "use a larger binWidth, or binCount",
        "A bin width far too small exhausts memory.",
    ),
    _entry(
        "E_INTENSITY",
        "error",
        "{what}",
        "check resegmentRange and normalisation against this image",
        "Resegmentation or another step left nothing to measure.",
    ),
    _entry(
        "E_PARTIAL",
        "error",
        "the organ's usability is {value}, below 1",
        "--include-partial measures it all the same",
        "HaN-Seg marks organs that are only partly usable.",
    ),
    _entry(
        "E_TASK",
        "error",
        "the labels {found} in a folder {folder} are those of no task for certain: {why}",
        "say what the labels mean, --label VALUE=NAME for each",
        "StructSeg's tasks share file names; what their labels mean is told apart by the labels found.",
    ),
    _entry(
        "E_LOW_DICE",
        "error",
        "estimated Dice {dice:.3f} is below --min-dice {wanted:.3f}",
        "lower --min-dice to include it",
        "A mask whose estimated quality is too low.",
    ),
    _entry(
        "E_DUPLICATE_ROW",
        "error",
        "rows {rows} of the manifest name the same case, image and ROI",
        "remove the copies",
        "A manifest that plans one row twice.",
    ),
    _entry(
        "W_CASE",
        "warn error",
        "{what}",
        "look at this case",
        "Something of a case that the data set's rules make remarkable.",
    ),
    _entry(
        "W_DATASET",
        "warn error",
        "{what}",
        "nothing, if it is as you expect",
        "Something of the whole data set, or of its clinical table, that one should know before reading results.",
    ),
    _entry(
        "W_ROI_TRANSLATED",
        "warn error",
        "{found} was taken for {asked}, as --roi-dictionary says",
        "nothing, if the translation is right",
        "A ROI name was translated.",
    ),
    _entry(
        "E_CRASHED",
        "error",
        "the worker process died ({how})",
        "report it with the case; run again with --retry-failed",
        "A crash in native code, or the system killed the worker.",
    ),
    _entry(
        "E_TIMEOUT",
        "error",
        "not done after {seconds:g} s",
        "raise --task-timeout, or look at the size of the image; run again with --retry-failed",
        "The image took longer than --task-timeout; its process was ended.",
    ),
    _entry(
        "E_MEMORY",
        "error",
        "not enough memory: {what}",
        "raise --mem-per-task, or measure it with larger voxels; run again with --retry-failed",
        "The image needs more memory than --mem-per-task or the machine gives.",
    ),
    _entry(
        "E_STOPPED",
        "error",
        "not measured: the run was stopped by {signal}",
        "start the same command again to go on",
        "A row of a run that was stopped before its end.",
    ),
    _entry(
        "E_UNEXPECTED",
        "error",
        "unexpected {kind}: {what}",
        "report it; run with --debug for the traceback",
        "A fault of radpipe or of a library.",
    ),
)

PROBLEMS: Mapping[str, Problem] = {entry.code: entry for entry in _ENTRIES}
"""Every code, in the order of the way of an image."""


def problem(code: str) -> Problem:
    """Return the registry's entry of a code.

    Raises
    ------
    KeyError
        The code is not in the registry; the message lists codes that are spelt alike.
    """
    try:
        return PROBLEMS[code]
    except KeyError:
        from difflib import get_close_matches

        near = ", ".join(get_close_matches(code, PROBLEMS)) or "see radpipe codes"
        message = f"{code} is not a known code ({near})"
        raise KeyError(message) from None
