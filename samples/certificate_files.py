"""Certificates as files: single pictures, multi-page TIFF and PDF, two to a page, turned telephones."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from samples.degrade import degrade
from samples.paper import Paper, draw_image
from samples.pdf_files import write_scanned_pdf, write_text_pdf

_A4 = (210.0, 297.0)
_EXIF_ORIENTATION = 0x0112
_TURNS = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270, 3: Image.Transpose.ROTATE_180}
"""EXIF orientation -> how the stored picture lies, so that the tag turns it upright."""


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


class CertificateFiles:
    """Writes the certificates of one batch into files."""

    def __init__(self, folder: Path, chance: random.Random, *, dpi: int, quality: int) -> None:
        self._folder = folder
        self._chance = chance
        self._dpi = dpi
        self._quality = quality
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
            cards = [k for k in indices if certificates[k].layout == "card"]
            pages = [cards[k : k + 2] for k in range(0, len(cards), 2)]
            pages += [[k] for k in indices if certificates[k].layout != "card"]
            while pages:
                together = self._chance.choice((3, 4, 5)) if self._chance.random() < 0.12 else 1
                bundles.append(_Bundle(pages[:together], damage))
                pages = pages[together:]
        return bundles

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
        if bundle.degradation == "clean" and self._chance.random() < 0.15:
            write_text_pdf(self._folder / f"{stem}.pdf", papers)
            return f"{stem}.pdf"
        images = [self._picture(paper, bundle.degradation) for paper in papers]
        if len(images) > 1:
            return self._write_many(stem, images)
        return self._write_one(stem, images[0], first.degradation)

    def _picture(self, paper: Paper, damage: str) -> Image.Image:
        small = paper.height < 200
        if damage in {"scan", "copy"} and small and self._chance.random() < 0.5:
            # A booklet lies somewhere on the glass of an A4 scanner.
            glass = Paper(297, 210, paper.faces)
            glass.box(6, 8, paper.width, paper.height, line=0.2, colour=(215, 215, 215), fill=paper.colour)
            glass.place(paper, 6, 8)
            paper = glass
        image = draw_image(paper, dpi=self._dpi)
        return degrade(image, damage, seed=self._chance.randrange(2**31))

    def _write_many(self, stem: str, images: list[Image.Image]) -> str:
        if self._chance.random() < 0.35:
            head, *rest = (image.convert("RGB") for image in images)
            head.save(
                self._folder / f"{stem}.tif", save_all=True, append_images=rest, compression="jpeg",
                quality=self._quality, dpi=(self._dpi, self._dpi),
            )  # fmt: skip
            return f"{stem}.tif"
        write_scanned_pdf(self._folder / f"{stem}.pdf", images, dpi=self._dpi, quality=self._quality)
        return f"{stem}.pdf"

    def _write_one(self, stem: str, image: Image.Image, damage: str) -> str:
        draw = self._chance.random()
        path = self._folder / stem
        if damage == "photo":
            orientation = self._chance.choice(tuple(_TURNS)) if draw < 0.3 else 1
            exif = Image.Exif()
            exif[_EXIF_ORIENTATION] = orientation
            stored = image.transpose(_TURNS[orientation]) if orientation in _TURNS else image
            stored.save(path.with_name(path.name + ".jpg"), quality=self._quality, exif=exif)
            return f"{stem}.jpg"
        if damage in {"scan", "copy"} and draw < 0.08:
            image = image.transpose(self._chance.choice(tuple(_TURNS.values())))
        if damage == "clean" and draw < 0.2:
            image.quantize(64).save(path.with_name(path.name + ".png"))
            return f"{stem}.png"
        if damage in {"scan", "copy"} and 0.1 < draw < 0.2:
            write_scanned_pdf(
                path.with_name(path.name + ".pdf"), [image], dpi=self._dpi, quality=self._quality
            )
            return f"{stem}.pdf"
        if damage == "copy" and 0.2 < draw < 0.3:
            image.convert("1").save(
                path.with_name(path.name + ".tif"), compression="group4", dpi=(self._dpi,) * 2
            )
            return f"{stem}.tif"
        image.save(path.with_name(path.name + ".jpg"), quality=self._quality, dpi=(self._dpi, self._dpi))
        return f"{stem}.jpg"
