"""Certificates as files: single pictures, multi-page TIFF and PDF, two to a page, turned telephones."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from samples.degrade import FLAT, PHOTOS, degrade, dpi_after
from samples.desk import photograph_together
from samples.false_layers import falsify, write_hidden_layer_pdf, write_lying_pdf
from samples.paper import Paper, Run, draw_image
from samples.pdf_files import write_scanned_pdf, write_text_pdf

_A4 = (210.0, 297.0)
_EXIF_ORIENTATION = 0x0112
_TURNS = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270, 3: Image.Transpose.ROTATE_180}
"""EXIF orientation -> how the stored picture lies, so that the tag turns it upright."""

_HIDDEN_SHARE = 0.4
"""Of the scans in a batch with false layers, those that have one."""


@dataclass(frozen=True, slots=True)
class DrawnCertificate:
    """A certificate, its pages and what it says."""

    layout: str
    degradation: str
    papers: list[Paper]
    printed: dict[str, str]


@dataclass(slots=True)
class _Bundle:
    """Certificates (by index) that lie in one file, page by page."""

    pages: list[list[int]]
    degradation: str
    on_desk: bool = False
    """They lie together in one photograph."""


class CertificateFiles:
    """Writes the certificates of one batch into files."""

    def __init__(
        self,
        folder: Path,
        chance: random.Random,
        *,
        dpi: int,
        quality: int,
        false_layers: bool = False,
    ) -> None:
        self._folder = folder
        self._chance = chance
        self._dpi = dpi
        self._quality = quality
        self._false_layers = false_layers
        self._naming = chance.choice(("number", "number", "name", "scan", "title_name"))
        self._sub_folder = chance.choice(("", "证书/", "证书复印件/", "扫描件/证书/"))
        self._count = 0

    def write(self, certificates: Sequence[DrawnCertificate]) -> list[dict[str, object]]:
        """Write all certificates.

        Returns:
            For each one its file (path in the batch), page and slot, both 1-based.
        """
        (self._folder / self._sub_folder).mkdir(parents=True, exist_ok=True)
        places: list[dict[str, object]] = [{} for _ in certificates]
        for bundle in self._bundles(certificates):
            first = certificates[bundle.pages[0][0]]
            file = self._file_name(first)
            page_papers: list[Paper] = []
            if bundle.on_desk:
                (members,) = bundle.pages
                name = self._write_desk(file, [certificates[k] for k in members])
                for slot, index in enumerate(members, 1):
                    places[index] = {"file": name, "page": 1, "slot": slot}
                continue
            for members in bundle.pages:
                for slot, index in enumerate(members, 1):
                    places[index] = {"file": "", "page": len(page_papers) + 1, "slot": slot}
                page_papers += self._papers_of([certificates[k] for k in members])
            name = self._write_file(file, page_papers, bundle, first)
            for members in bundle.pages:
                for index in members:
                    places[index]["file"] = name
        return places

    def _bundles(self, certificates: Sequence[DrawnCertificate]) -> list[_Bundle]:
        """Decide what lies together: cards in pairs on a page, some neighbours in one file."""
        by_damage: dict[str, list[int]] = {}
        for index, certificate in enumerate(certificates):
            by_damage.setdefault(certificate.degradation, []).append(index)
        bundles = []
        for damage, indices in by_damage.items():
            if damage == "desk":
                together, indices = self._laid_together(certificates, indices)
                bundles += [_Bundle([group], damage, on_desk=True) for group in together]
            cards = [k for k in indices if certificates[k].layout == "card"]
            pages = [cards[k : k + 2] for k in range(0, len(cards), 2)]
            pages += [[k] for k in indices if certificates[k].layout != "card"]
            while pages:
                count = self._chance.choice((3, 4, 5)) if self._chance.random() < 0.12 else 1
                bundles.append(_Bundle(pages[:count], damage))
                pages = pages[count:]
        return bundles

    def _laid_together(
        self, certificates: Sequence[DrawnCertificate], indices: list[int]
    ) -> tuple[list[list[int]], list[int]]:
        """Return groups of two or three certificates, like shapes first, and what lies alone."""

        def is_wide(index: int) -> bool:
            return certificates[index].papers[0].width > certificates[index].papers[0].height

        alone = [k for k in indices if len(certificates[k].papers) > 1]
        waiting = sorted((k for k in indices if len(certificates[k].papers) == 1), key=is_wide)
        groups: list[list[int]] = []
        while len(waiting) > 1:
            count = 3 if len(waiting) == 3 else self._chance.choice((2, 2, 3))
            groups.append(waiting[:count])
            waiting = waiting[count:]
        return groups, alone + waiting

    def _write_desk(self, stem: str, members: Sequence[DrawnCertificate]) -> str:
        images = [draw_image(member.papers[0], dpi=self._dpi) for member in members]
        picture = photograph_together(images, seed=self._chance.randrange(2**31))
        path = self._folder / stem
        picture.save(path.with_name(path.name + ".jpg"), quality=self._quality)
        return f"{stem}.jpg"

    def _papers_of(self, members: list[DrawnCertificate]) -> list[Paper]:
        if members[0].layout != "card":
            return members[0].papers
        page = Paper(*_A4, members[0].papers[0].faces)
        for position, member in enumerate(members):
            page.place(member.papers[0], 13, 12 + position * 142)
        return [page]

    def _file_name(self, first: DrawnCertificate) -> str:
        self._count += 1
        names = {
            "number": f"IMG_{3000 + self._count * 7}",
            "name": f"{first.printed['name']}{self._count if self._count % 3 == 0 else ''}",
            "scan": f"扫描{self._count:04d}",
            "title_name": f"{first.printed['title']}证书-{first.printed['name']}{self._count}",
        }
        name = self._sub_folder + names[self._naming]
        while list((self._folder / name).parent.glob(f"{Path(name).name}.*")):
            name += "(2)"
        return name

    def _write_file(self, stem: str, papers: list[Paper], bundle: _Bundle, first: DrawnCertificate) -> str:
        if bundle.degradation == "clean" and self._chance.random() < 0.15 and _is_print(papers):
            if self._false_layers:
                seed = self._chance.randrange(2**31)
                write_lying_pdf(self._folder / f"{stem}.pdf", papers, seed=seed)
            else:
                write_text_pdf(self._folder / f"{stem}.pdf", papers)
            return f"{stem}.pdf"
        pictures = [self._picture(paper, bundle.degradation) for paper in papers]
        images = [image for image, _ in pictures]
        damage, dpi = bundle.degradation, dpi_after(bundle.degradation, self._dpi)
        if self._false_layers and damage in FLAT - {"turned"} and self._chance.random() < _HIDDEN_SHARE:
            layer = falsify([laid for _, laid in pictures], self._chance)
            path = self._folder / f"{stem}.pdf"
            write_hidden_layer_pdf(path, images, layer, dpi=dpi, quality=self._quality)
            return f"{stem}.pdf"
        if len(images) > 1:
            return self._write_many(stem, images, dpi)
        return self._write_one(stem, images[0], first.degradation, dpi)

    def _picture(self, paper: Paper, damage: str) -> tuple[Image.Image, Paper]:
        """Return the picture of a page and what lay before the lens, the glass of the scanner included."""
        small = paper.height < 200
        if damage in FLAT and small and self._chance.random() < 0.5:
            # A booklet lies somewhere on the glass of an A4 scanner.
            glass = Paper(297, 210, paper.faces)
            glass.box(6, 8, paper.width, paper.height, line=0.2, colour=(215, 215, 215), fill=paper.colour)
            glass.place(paper, 6, 8)
            paper = glass
        image = draw_image(paper, dpi=self._dpi)
        return degrade(image, damage, seed=self._chance.randrange(2**31)), paper

    def _write_many(self, stem: str, images: list[Image.Image], dpi: int) -> str:
        if self._chance.random() < 0.35:
            head, *rest = (image.convert("RGB") for image in images)
            head.save(
                self._folder / f"{stem}.tif", save_all=True, append_images=rest, compression="jpeg",
                quality=self._quality, dpi=(dpi, dpi),
            )  # fmt: skip
            return f"{stem}.tif"
        write_scanned_pdf(self._folder / f"{stem}.pdf", images, dpi=dpi, quality=self._quality)
        return f"{stem}.pdf"

    def _write_one(self, stem: str, image: Image.Image, damage: str, dpi: int) -> str:
        draw = self._chance.random()
        path = self._folder / stem
        if damage in PHOTOS:
            orientation = self._chance.choice(tuple(_TURNS)) if draw < 0.3 else 1
            exif = Image.Exif()
            exif[_EXIF_ORIENTATION] = orientation
            stored = image.transpose(_TURNS[orientation]) if orientation in _TURNS else image
            stored.save(path.with_name(path.name + ".jpg"), quality=self._quality, exif=exif)
            return f"{stem}.jpg"
        if damage in FLAT and draw < 0.08:
            image = image.transpose(self._chance.choice(tuple(_TURNS.values())))
        if damage == "clean" and draw < 0.2:
            image.quantize(64).save(path.with_name(path.name + ".png"))
            return f"{stem}.png"
        if damage in FLAT and 0.1 < draw < 0.2:
            write_scanned_pdf(path.with_name(path.name + ".pdf"), [image], dpi=dpi, quality=self._quality)
            return f"{stem}.pdf"
        if damage in {"copy", "copy2"} and 0.2 < draw < 0.3:
            # What is black and white already is not dithered again.
            dither = Image.Dither.NONE if damage == "copy2" else Image.Dither.FLOYDSTEINBERG
            black = image.convert("1", dither=dither)
            black.save(path.with_name(path.name + ".tif"), compression="group4", dpi=(dpi, dpi))
            return f"{stem}.tif"
        image.save(path.with_name(path.name + ".jpg"), quality=self._quality, dpi=(dpi, dpi))
        return f"{stem}.jpg"


def _is_print(papers: Sequence[Paper]) -> bool:
    """Tell whether the papers could come out of a word processor; nothing written by hand does."""
    return all(r.filling == "print" for p in papers for r in p.items if isinstance(r, Run))
