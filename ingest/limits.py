"""How much an input may ask of this machine."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class IngestLimits:
    """Upper bounds; a file beyond one of them becomes a named entry among the unreadable files."""

    max_file_bytes: int = 512 * MIB
    """A 300-page scanned approval is about 150 MiB."""

    max_unpacked_bytes: int = 8192 * MIB
    """Of a whole zip. A county's batch of 2,000 photographs is about 6 GiB."""

    max_files: int = 50_000
    max_pages: int = 2_000
    """Per document."""

    max_pixels: int = 120_000_000
    """Per page; A3 at 600 dpi is 70 million."""

    max_cells: int = 2_000_000
    """Per sheet, counted as cells that hold something; declared sizes are not trusted."""

    max_rows: int = 200_000
    """Per sheet, rows that hold something."""

    render_dpi: int = 200
    """PDF pages without a single covering scan are rendered at this resolution."""

    max_page_pixels: int = 20_000_000
    """Larger pages are scaled down to this area. A4 at 400 dpi is 15.5 million; at 600 dpi the
    smallest print of a certificate still keeps 30 pixels of height after scaling."""

    max_unpack_ratio: int = 250
    """Unpacked bytes of a zip over its packed bytes, once more than ``free_unpacked_bytes`` came
    out. Sheets and uncompressed scans stay below 50; deflate ends at 1,032."""

    free_unpacked_bytes: int = 64 * MIB
    """Up to this size the ratio is not looked at: a blank bitmap packs very well."""

    max_archive_depth: int = 3
    """A zip in a zip in a zip is opened, what lies deeper is not."""

    max_name_length: int = 255
    """Characters in one part of a path, the bound of every common file system."""
