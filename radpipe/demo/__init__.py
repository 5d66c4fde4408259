"""A synthetic cohort to try everything on."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from radpipe.demo.cohort import make_demo

__all__ = ["make_demo"]


def __getattr__(name: str) -> Any:
    """Import the maker when it is first asked for."""
    if name == "make_demo":
        from radpipe.demo.cohort import make_demo

        return make_demo
    message = f"module 'radpipe.demo' has no attribute {name!r}"
    raise AttributeError(message)
