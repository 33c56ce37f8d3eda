"""Which approval belongs to which table, and which line of it to which row."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from domain.document_numbers import DocumentNumber, parse_document_number
from domain.fields import Field
from domain.records import ApprovalDocument, ApprovalEntry, PaperKind, SheetTable
from domain.text import fold
from matching.link import Link, Readings, link_papers, row_values
from matching.names import is_plausible_name
from matching.options import MatchingOptions
from matching.weights import Values

_MISREAD_SCORE = 0.5
"""Two left-overs whose names differ by one character: as likely a slip as two people."""


@dataclass(frozen=True, slots=True, eq=False)
class TableApprovals:
    """What was handed in for one table."""

    documents: tuple[ApprovalDocument, ...]
    """Approvals that belong to the table, by number or by names."""

    notices: tuple[ApprovalDocument, ...]
    """Announcements (公示) of the same people: never proof."""

    entries: tuple[tuple[ApprovalDocument, ApprovalEntry], ...]
    links: Mapping[int, Link]
    """Entry by index of the row in the table."""

    @property
    def is_list_doubtful(self) -> bool:
        """Tell whether a document states another number of people than were found in it."""
        return any(check.stated != check.found for doc in self.documents for check in doc.counts)

    def entry_of(self, row_index: int) -> tuple[ApprovalDocument, ApprovalEntry] | None:
        """Return the line of a row of the table."""
        link = self.links.get(row_index)
        return self.entries[link.paper] if link is not None else None


def pair_documents(
    tables: Sequence[SheetTable], documents: Sequence[ApprovalDocument], options: MatchingOptions
) -> tuple[tuple[ApprovalDocument, ...], ...]:
    """Return for each table the documents that belong to it: by number first, then by names.

    A document whose number some table states belongs there and nowhere else, unless its list says
    otherwise. A document of which no list could be read goes to the only table there is.
    """
    owned: list[list[ApprovalDocument]] = [[] for _ in tables]
    stated = [_stated_numbers(table) for table in tables]
    names = [{fold(row.value(Field.NAME)) for row in table.rows} - {""} for table in tables]
    for document in documents:
        owners = [i for i in range(len(tables)) if _states_number(stated[i], document.number)]
        if not owners:
            listed = {fold(entry.readings[Field.NAME].value) for entry in document.entries} - {""}
            owners = [i for i in range(len(tables)) if _shares_names(names[i], listed, options)]
        if not owners and len(tables) == 1 and not document.entries and len(documents) == 1:
            owners = [0]
        for i in owners:
            owned[i].append(document)
    return tuple(tuple(documents_of_table) for documents_of_table in owned)


def link_approvals(
    table: SheetTable,
    documents: Sequence[ApprovalDocument],
    certificate_names: Mapping[int, str],
    options: MatchingOptions,
) -> TableApprovals:
    """Link the rows of a table with the lines of its approvals.

    Args:
        table: The table.
        documents: What ``pair_documents`` found for it.
        certificate_names: Name on the linked certificate by row index; a row whose own name is
            wrong is found under this one.
        options: Thresholds.
    """
    valid = tuple(d for d in documents if d.kind is PaperKind.APPROVAL)
    notices = tuple(d for d in documents if d.kind is not PaperKind.APPROVAL)
    entries = tuple((document, entry) for document in valid for entry in document.entries)
    readings = [entry.readings for _, entry in entries]
    rows = [row_values(row) for row in table.rows]
    links = link_papers(rows, readings, options)

    spare = [i for i in range(len(rows)) if i not in links and certificate_names.get(i)]
    free = sorted(set(range(len(entries))) - {link.paper for link in links.values()})
    if spare and free:
        renamed = [_renamed(rows[i], certificate_names[i]) for i in spare]
        found = link_papers(renamed, [readings[j] for j in free], options)
        for i, link in found.items():
            links[spare[i]] = Link(free[link.paper], link.score, link.weights)
    links |= _link_misread(rows, readings, links, certificate_names, options)
    return TableApprovals(valid, notices, entries, links)


def share_with_duplicates(
    linked: TableApprovals, table: SheetTable, start: int, groups: Iterable[Sequence[int]]
) -> TableApprovals:
    """Give rows that report one person again the line of the approval that the first of them has.

    The list names the person once; that the sheet does so twice is a finding of its own.

    Args:
        linked: The links of a table.
        table: The table.
        start: How many rows the tables before it have.
        groups: Rows that repeat each other, counted over all tables.
    """
    links = dict(linked.links)
    for rows in groups:
        group = [n - start for n in rows if start <= n < start + len(table.rows)]
        for i in group:
            name = fold(table.rows[i].value(Field.NAME))
            twins = [j for j in group if j in links and fold(table.rows[j].value(Field.NAME)) == name]
            if i not in links and twins:
                links[i] = links[twins[0]]
    return replace(linked, links=links)


def _link_misread(
    rows: Sequence[Values],
    readings: Sequence[Readings],
    links: Mapping[int, Link],
    certificate_names: Mapping[int, str],
    options: MatchingOptions,
) -> dict[int, Link]:
    """Link rows and recognised lines left over on both sides whose names differ by one character.

    Only where exactly one row and one line come into question, and never with a text layer, where
    another character is another person. The difference stays visible in the row's name.
    """
    taken = {link.paper for link in links.values()}
    free = [
        (j, fold(lines[Field.NAME].value))
        for j, lines in enumerate(readings)
        if j not in taken and not lines[Field.NAME].lattice.exact
    ]
    spare = [i for i in range(len(rows)) if i not in links]
    if len(free) * len(spare) > options.max_leftover_pairs:
        return {}
    pairs: list[tuple[int, int]] = []
    for i in spare:
        names = {fold(rows[i].get(Field.NAME, "")), fold(certificate_names.get(i, ""))}
        pairs += [(i, j) for j, read in free if any(_is_one_slip(name, read) for name in names)]
    rows_asked, lines_asked = Counter(i for i, _ in pairs), Counter(j for _, j in pairs)
    return {
        i: Link(j, _MISREAD_SCORE, {Field.NAME: 0.0})
        for i, j in pairs
        if rows_asked[i] == 1 and lines_asked[j] == 1
    }


def _is_one_slip(name: str, read: str) -> bool:
    return (
        min(len(name), len(read)) >= 2
        and max(len(name), len(read)) >= 3
        and (Levenshtein.distance(name, read, score_cutoff=1) == 1)
    )


def names_without_row(approvals: Sequence[TableApprovals]) -> tuple[tuple[str, ...], int]:
    """Return the names of lines that no row of any table claims, and how many lines bear no name.

    A document may belong to several tables, and a second copy of a list names its people again:
    a line counts once, and not at all when its person is claimed on the other copy.
    """
    lines = {id(entry): (document, entry) for linked in approvals for document, entry in linked.entries}
    claimed = {id(linked.entries[link.paper][1]) for linked in approvals for link in linked.links.values()}
    claimed_in: dict[str, set[int]] = {}
    for key, (document, entry) in lines.items():
        if key in claimed:
            claimed_in.setdefault(fold(entry.readings[Field.NAME].value), set()).add(id(document))
    names: list[str] = []
    illegible = 0
    for key, (document, entry) in lines.items():
        name = entry.readings[Field.NAME].value
        if key in claimed or claimed_in.get(fold(name), set()) - {id(document)}:
            continue
        if is_plausible_name(fold(name)):
            names.append(name)
        else:
            illegible += 1
    return tuple(names), illegible


def _stated_numbers(table: SheetTable) -> tuple[DocumentNumber, ...]:
    """Return the numbers that a table states, above its rows or in a column."""
    stated = {row.value(Field.APPROVAL_NUMBER) for row in table.rows} - {""}
    parsed = (table.approval_number, *(parse_document_number(text) for text in sorted(stated)))
    return tuple(number for number in parsed if number is not None)


def _states_number(stated: Sequence[DocumentNumber], number: DocumentNumber | None) -> bool:
    return number is not None and any(ours.agrees_with(number) for ours in stated)


def _shares_names(ours: set[str], theirs: set[str], options: MatchingOptions) -> bool:
    if not ours or not theirs:
        return False
    return len(ours & theirs) >= options.list_overlap * min(len(ours), len(theirs))


def _renamed(values: Values, name: str) -> Values:
    return {**values, Field.NAME: name}
