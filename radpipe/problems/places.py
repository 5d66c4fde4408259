"""Image and mask that do not lie on one grid or in one frame of reference."""

from radpipe.problems.problem import entry

__all__ = ["ENTRIES"]

ENTRIES = (
    entry(
        "E_GRID_MISMATCH",
        "error fix",
        "image and mask lie on different grids: {difference}",
        "resample the mask; --policy E_GRID_MISMATCH=fix does it by nearest neighbour where they share patient space",
        "Image and mask of different size, spacing, origin or direction.",
    ),
    entry(
        "W_RESAMPLED_MASK",
        "warn error",
        "the mask was resampled to the image's grid by nearest neighbour ({difference})",
        "nothing, if image and mask share patient space",
        "A mask from another grid.",
    ),
    entry(
        "W_MASK_RESIZED",
        "warn error",
        "the mask of {mask} was resized to the image's {image} by nearest neighbour",
        "nothing, if both show the same field",
        "A mask smaller than its radiograph.",
    ),
    entry(
        "E_FRAME_OF_REFERENCE",
        "error warn",
        "image and ROI have different frames of reference ({image} and {roi_frame})",
        "register the images, or choose the image the ROI was drawn on",
        "Coordinates of two frames cannot be compared.",
    ),
    entry(
        "E_UNREGISTERED",
        "error",
        "{image} and {other} are not registered: their centres are {distance:.1f} mm apart",
        "measure ROIs on the image they were drawn on, or ask for a registration: --register rigid",
        "Two images of one patient that do not share patient space.",
    ),
    entry(
        "E_TRANSFORM",
        "error",
        "the transform cannot be used: {reason}",
        "write it as an ITK file, rigid or a deformation, from points of the drawn image to points of the second",
        "A transform of the user that is damaged, or scales, shears or mirrors as a whole.",
    ),
    entry(
        "E_DEFORMATION",
        "error",
        "the deformation cannot be used: {reason}",
        "use --register rigid, or a deformation that is stiffer or spans both images",
        "A deformation that folds space, or whose way back does not lead to where it began.",
    ),
    entry(
        "W_DEFORMED",
        "warn error",
        "the ROI came to {image} from {other} through a deformation: its volume changed by {percent:+.1f} %, and "
        "points of the image moved by up to {largest:.1f} mm",
        "compare with --register rigid, and look at the outline on the image: a deformation's error cannot be seen in "
        "figures",
        "A ROI that was not measured as it was drawn: intensities decided on its form.",
    ),
    entry(
        "E_REGISTRATION",
        "error warn",
        "the registration of {image} to {other} cannot be trusted: {reason}",
        "check that both are of one patient and body part; register them elsewhere and give --transform FOLDER",
        "Displaced starts do not find the same place again, or the fields hardly overlap.",
    ),
    entry(
        "W_REGISTRATION",
        "warn error",
        "the registration of {image} to {other} is doubtful: {reason}",
        "look at both images through the transform before values are used; tables/registrations.csv has the figures",
        "A registration whose figures are not those of a right one beyond doubt.",
    ),
)
