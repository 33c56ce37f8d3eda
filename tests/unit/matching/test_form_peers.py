"""Fields that were on the paper and were not read."""

from domain.fields import Field
from matching.form_peers import find_lost_fields
from matching.options import MatchingOptions
from tests.factories import certificate, person

OPTIONS = MatchingOptions()


def test_a_field_that_all_like_forms_have_was_lost() -> None:
    forms = [certificate(person(i)) for i in range(9)]
    forms.append(certificate(person(9), without=[Field.CERTIFICATE_NUMBER]))

    assert find_lost_fields(forms, OPTIONS) == (frozenset(),) * 9 + (frozenset({Field.CERTIFICATE_NUMBER}),)


def test_form_of_another_office_is_no_damaged_one() -> None:
    forms = [certificate(person(i)) for i in range(8)]
    forms += [certificate(person(i), without=[Field.COMMITTEE]) for i in range(8, 12)]

    assert not any(find_lost_fields(forms, OPTIONS))


def test_two_forms_prove_nothing() -> None:
    forms = [certificate(person(0)), certificate(person(1), without=[Field.COMMITTEE])]

    assert not any(find_lost_fields(forms, OPTIONS))


def test_a_lone_form_without_number_or_date_has_rather_lost_them() -> None:
    lone = certificate(person(0), without=[Field.CERTIFICATE_NUMBER])

    assert find_lost_fields([lone], OPTIONS) == (frozenset({Field.CERTIFICATE_NUMBER}),)


def test_a_form_that_several_papers_show_without_a_number_has_none() -> None:
    forms = [certificate(person(i), without=[Field.CERTIFICATE_NUMBER]) for i in range(3)]

    assert not any(find_lost_fields(forms, OPTIONS))


def test_a_label_without_a_date_is_lost_but_a_place_for_a_seal_is_not() -> None:
    forms = [certificate(person(i), empty_labels=[Field.ISSUED_ON, Field.ISSUER]) for i in range(5)]

    assert find_lost_fields(forms, OPTIONS) == (frozenset({Field.ISSUED_ON}),) * 5
