"""Page readings as bytes and back: what the cache stores and what workers send."""

import zlib
from dataclasses import astuple
from typing import Any

import msgpack
import numpy as np

from domain.geometry import Box, Polygon
from domain.lattice import Lattice
from domain.records import PageQuality, PageReading, Rule, SealMark, TextLine

FORMAT = 3
"""Raised whenever the bytes change their meaning; part of the cache key."""


def pack_page(page: PageReading) -> bytes:
    """Return a page reading as compressed bytes, 10 to 40 KB a page."""
    data = {
        "file": page.file,
        "page_number": page.page_number,
        "size": (page.width_px, page.height_px),
        "lines": [_pack_line(line) for line in page.lines],
        "rules": [(*rule.start, *rule.end) for rule in page.rules],
        "from_text_layer": page.from_text_layer,
        "turn_deg": page.turn_deg,
        "skew_deg": page.skew_deg,
        "quality": list(astuple(page.quality)) if page.quality is not None else None,
        "pictured": page.pictured,
        "seals": None if page.seals is None else [(*astuple(seal.box), seal.is_grey) for seal in page.seals],
    }
    return zlib.compress(msgpack.packb(data), 3)


def unpack_page(content: bytes, *, file: str) -> PageReading:
    """Return what ``pack_page`` was given, under another file name: the cache knows contents only."""
    data = msgpack.unpackb(zlib.decompress(content))
    return PageReading(
        file=file,
        page_number=data["page_number"],
        width_px=data["size"][0],
        height_px=data["size"][1],
        lines=tuple(_unpack_line(line) for line in data["lines"]),
        rules=tuple(Rule((x1, y1), (x2, y2)) for x1, y1, x2, y2 in data["rules"]),
        from_text_layer=data["from_text_layer"],
        turn_deg=data["turn_deg"],
        skew_deg=data["skew_deg"],
        quality=PageQuality(*data["quality"]) if data["quality"] is not None else None,
        pictured=data["pictured"],
        seals=_unpack_seals(data.get("seals")),
    )


def _unpack_seals(data: list[list[Any]] | None) -> tuple[SealMark, ...] | None:
    return None if data is None else tuple(SealMark(Box(*sides), is_grey) for *sides, is_grey in data)


def _pack_line(line: TextLine) -> list[Any]:
    lattice = line.lattice
    return [
        line.text,
        [value for point in line.polygon for value in point],
        line.confidence,
        [
            lattice.codes.astype("<i4").tobytes(),
            lattice.log_probabilities.astype("<f4").tobytes(),
            lattice.codes.shape,
            lattice.exact,
        ],
        line.under_seal,
        _pack_line(line.second) if line.second else None,
    ]


def _unpack_line(data: list[Any]) -> TextLine:
    text, corners, confidence, (codes, logs, shape, exact), under_seal, second = data
    polygon: Polygon = tuple(zip(corners[::2], corners[1::2], strict=True))
    lattice = Lattice(
        np.frombuffer(codes, dtype="<i4").reshape(shape).astype(np.int32),
        np.frombuffer(logs, dtype="<f4").reshape(shape).astype(np.float32),
        exact,
    )
    return TextLine(text, polygon, confidence, lattice, under_seal, _unpack_line(second) if second else None)
