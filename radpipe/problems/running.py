"""Tasks that did not come to their end."""

from radpipe.problems.problem import entry

__all__ = ["ENTRIES"]

ENTRIES = (
    entry(
        "E_CRASHED",
        "error",
        "the worker process died ({how})",
        "report it with the case; run again with --retry-failed",
        "A crash in native code, or the system killed the worker.",
    ),
    entry(
        "E_TIMEOUT",
        "error",
        "not done after {seconds:g} s",
        "raise --task-timeout, or look at the size of the image; run again with --retry-failed",
        "The image took longer than --task-timeout; its process was ended.",
    ),
    entry(
        "E_MEMORY",
        "error",
        "not enough memory: {what}",
        "raise --mem-per-task, or measure it with larger voxels; run again with --retry-failed",
        "The image needs more memory than --mem-per-task or the machine gives.",
    ),
    entry(
        "E_STOPPED",
        "error",
        "not measured: the run was stopped by {signal}",
        "start the same command again to go on",
        "A row of a run that was stopped before its end.",
    ),
    entry(
        "E_UNEXPECTED",
        "error",
        "unexpected {kind}: {what}",
        "report it; run with --debug for the traceback",
        "A fault of radpipe or of a library.",
    ),
)
