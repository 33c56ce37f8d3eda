"""The pictures on a PDF page, and whether one of them was laid over text."""

from collections.abc import Mapping, Sequence
from typing import Any

import pymupdf

Picture = Mapping[str, Any]
"""As ``page.get_image_info`` returns it."""


def list_pictures(page: pymupdf.Page) -> list[Picture]:
    """Return what is known of the pictures on a page, without decoding one."""
    return list(page.get_image_info())


def is_painted_over(page: pymupdf.Page, pictures: Sequence[Picture]) -> bool:
    """Tell whether an opaque picture was laid over text."""
    see_through = {_key(info["bbox"]) for info in pictures if info.get("has-mask")}
    if len(pictures) == sum(bool(info.get("has-mask")) for info in pictures):
        # Nearly always; what follows costs more than reading the page.
        return False
    opaque = [
        (number, pymupdf.Rect(box))
        for number, (kind, box, *_) in enumerate(page.get_bboxlog())
        if kind == "fill-image" and _key(box) not in see_through
    ]
    if not opaque:
        return False
    for span in page.get_texttrace():
        if span["type"] == 3:
            continue
        for number, picture in opaque:
            if number > span["seqno"] and (pymupdf.Rect(span["bbox"]) & picture).get_area() > 1:
                return True
    return False


def _key(box: Sequence[float]) -> tuple[int, ...]:
    return tuple(round(value) for value in box)
