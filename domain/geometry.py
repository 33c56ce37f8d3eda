"""Geometry on a page: page fractions, origin at the top left, y downwards."""

import math
from dataclasses import dataclass

Point = tuple[float, float]
Polygon = tuple[Point, ...]
"""Corners in order, usually four: top left, top right, bottom right, bottom left."""


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle in page fractions."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Width as a fraction of the page's width."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height as a fraction of the page's height."""
        return self.bottom - self.top

    @property
    def centre(self) -> Point:
        """The middle point."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def union(self, other: "Box") -> "Box":
        """Return the smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def to_polygon(self) -> Polygon:
        """Return the four corners, clockwise from the top left."""
        return (
            (self.left, self.top),
            (self.right, self.top),
            (self.right, self.bottom),
            (self.left, self.bottom),
        )


def polygon_to_box(polygon: Polygon) -> Box:
    """Return the smallest upright box around a polygon."""
    xs, ys = zip(*polygon, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def cut_polygon(polygon: Polygon, start: float, end: float) -> Polygon:
    """Cut a part out of a text line's four-cornered polygon, along its reading direction.

    Args:
        polygon: Four corners: top left, top right, bottom right, bottom left.
        start: Where the part begins, as a fraction of the line's length, 0 to 1.
        end: Where it ends; at least ``start``.
    """
    top_left, top_right, bottom_right, bottom_left = polygon

    def along(first: Point, last: Point, share: float) -> Point:
        return (
            first[0] + (last[0] - first[0]) * share,
            first[1] + (last[1] - first[1]) * share,
        )

    return (
        along(top_left, top_right, start),
        along(top_left, top_right, end),
        along(bottom_left, bottom_right, end),
        along(bottom_left, bottom_right, start),
    )


def polygon_as_shown(
    polygon: Polygon, *, turn_deg: int, skew_deg: float, width_px: int, height_px: int
) -> Polygon:
    """Bring a polygon from the upright page back to the page as an ordinary viewer shows it.

    Args:
        polygon: In fractions of the upright, level page.
        turn_deg: Clockwise turn that had brought the page upright: 0, 90, 180 or 270.
        skew_deg: Clockwise tilt of the text that was taken out after the turn.
        width_px: Width of the upright page.
        height_px: Height of the upright page.

    Returns:
        Fractions of the page as shown, clamped to 0..1.
    """
    angle = math.radians(skew_deg)
    cosine, sine = math.cos(angle), math.sin(angle)
    shown = []
    for x, y in polygon:
        dx, dy = (x - 0.5) * width_px, (y - 0.5) * height_px
        tilted_x = (dx * cosine - dy * sine) / width_px + 0.5
        tilted_y = (dx * sine + dy * cosine) / height_px + 0.5
        point = {
            0: (tilted_x, tilted_y),
            90: (tilted_y, 1 - tilted_x),
            180: (1 - tilted_x, 1 - tilted_y),
            270: (1 - tilted_y, tilted_x),
        }[turn_deg % 360]
        shown.append((min(1.0, max(0.0, point[0])), min(1.0, max(0.0, point[1]))))
    return tuple(shown)
