"""The reference of an image goes to JSON and back."""

import json

from radpipe.cohort import ImageKind, ImageRef

from .made import IMAGE, at_default


def test_an_image_is_itself_after_json() -> None:
    assert not at_default(IMAGE, ImageRef("", "", "", ImageKind.PLANAR, ())), "a field that JSON could forget"
    assert ImageRef.from_json(json.loads(json.dumps(IMAGE.to_json()))) == IMAGE
