"""What other bars would have meant for past batches."""

from dataclasses import replace

import pytest

from domain.decisions import Action
from domain.fields import Field
from domain.findings import RowFinding
from domain.settings import SettingValueError
from review.accounts.errors import PermissionMissingError
from review.accounts.settings import set_setting
from review.batches import withdraw_batch
from review.pass_on import pass_on
from review.threshold_preview import ThresholdPreview, preview_thresholds
from storage.offices import OfficeNotFoundError
from tests.bureau import Bureau
from tests.found_rows import clear_row, wrong_name


def _likely(row_number: int, probability: float) -> RowFinding:
    row = clear_row(row_number)
    name = replace(row.fields[Field.NAME], probability=probability)
    return replace(row, fields={**row.fields, Field.NAME: name})


def _preview(
    bureau: Bureau,
    office: str = "county",
    by: str = "county.administrator",
    most: int = 1000,
    **tried: object,
) -> ThresholdPreview:
    with bureau.store(by) as store:
        return preview_thresholds(store, bureau.offices[office].id, tried, most_rows=most)


def _set(bureau: Bureau, office: str, value: float) -> None:
    with bureau.store("province.administrator") as store:
        set_setting(store.session, store.person, bureau.offices[office].id, "clear_probability", value)


def test_cleared_rows_over_the_bar_are_counted(bureau: Bureau) -> None:
    bureau.add_batch([_likely(4, 0.05), _likely(5, 0.02), _likely(6, 0.001), wrong_name(7)])

    preview = _preview(bureau, clear_probability=0.03)

    assert (preview.batches, preview.rows, preview.held_back, preview.is_whole) == (1, 3, 1, True)
    assert preview.settings.clear_probability == 0.03
    assert preview.settings.clear_link_score == 0.9
    assert _preview(bureau).held_back == 0
    assert _preview(bureau, clear_link_score=0.999).held_back == 3


def test_what_people_said_of_such_rows_stands_beside_it(bureau: Bureau) -> None:
    batch = bureau.add_batch(
        [_likely(4, 0.05), _likely(5, 0.05), _likely(6, 0.001), _likely(7, 0.05)], rate=1.0
    )
    bureau.decide(
        bureau.row(batch.id, 4), Action.OTHER_VALUE, Field.NAME, value="赵无极", reason="证书上不同"
    )
    bureau.decide(bureau.row(batch.id, 5))
    bureau.decide(bureau.row(batch.id, 6))

    preview = _preview(bureau, clear_probability=0.03)

    assert (preview.held_back, preview.held_back_judged, preview.held_back_wrong) == (3, 2, 1)
    assert (preview.judged, preview.wrong) == (3, 1)


def test_no_more_rows_are_looked_at_than_allowed_the_newest_first(bureau: Bureau) -> None:
    bureau.add_batch([_likely(4, 0.05)])
    bureau.add_batch([_likely(4, 0.001), _likely(5, 0.001), _likely(6, 0.001)])

    for most, rows in ((2, 2), (3, 3)):
        preview = _preview(bureau, most=most, clear_probability=0.03)
        assert (preview.rows, preview.held_back, preview.is_whole) == (rows, 0, False)
    assert _preview(bureau, most=4, clear_probability=0.03).is_whole


def test_withdrawn_batches_and_drafts_are_left_out(bureau: Bureau) -> None:
    gone = bureau.add_batch([_likely(4, 0.05)])
    bureau.do("county.verifier", withdraw_batch, gone.id)
    bureau.add_draft()

    assert _preview(bureau, clear_probability=0.03).batches == 0


def test_an_office_above_counts_what_was_passed_on_and_inherits(bureau: Bureau) -> None:
    batch = bureau.add_batch([_likely(4, 0.05)], with_letter=True)
    bureau.add_batch([_likely(4, 0.05)])
    bureau.do("county.supervisor", pass_on, batch.id)

    def above() -> ThresholdPreview:
        return _preview(bureau, "city", "city.administrator", clear_probability=0.04)

    assert (above().batches, above().held_back) == (1, 1)
    _set(bureau, "county", 0.06)
    assert above().held_back == 0, "the county has set its own, which the city's does not change"
    _set(bureau, "county", 0.03)
    assert above().held_back == 1


def test_an_office_beside_is_not_there_and_only_managers_ask(bureau: Bureau) -> None:
    with pytest.raises(OfficeNotFoundError):
        _preview(bureau, "other")
    with pytest.raises(PermissionMissingError):
        _preview(bureau, by="county.verifier")


@pytest.mark.parametrize("value", [0.2, 0.0, float("nan")])
def test_a_value_that_could_not_be_set_cannot_be_tried(bureau: Bureau, value: float) -> None:
    with pytest.raises(SettingValueError):
        _preview(bureau, clear_probability=value)
