"""What people know a field of a call by: the title of those that they fill in on the pages."""

import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from fastapi.dependencies.models import Dependant
from pydantic import BaseModel


def label_of(dependant: Dependant | None, place: Sequence[object]) -> str:
    """Return the title of a field, empty for one that only programs fill in.

    Args:
        dependant: What the route takes; ``None`` where no route was found.
        place: Where the problem is: ``body`` or the kind of parameter, then names and numbers of parts.

    Returns:
        That of the innermost part that has one: a wrong role of an account is its roles.
    """
    if dependant is None or not place:
        return ""
    kind, *names = place
    if kind == "body":
        inside = [field.field_info.annotation for field in dependant.body_params]
        return _label_in(inside[0], names) if len(inside) == 1 else ""
    parameters = {"query": dependant.query_params, "path": dependant.path_params}.get(str(kind), [])
    titles = [field.field_info.title for field in parameters if [field.alias] == names]
    return (titles[0] or "") if titles else ""


def _label_in(annotation: object, names: Sequence[object]) -> str:
    """Return the title that the place of a value has in the form of a body."""
    label = ""
    for name in names:
        annotation = _without_none(annotation)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            field = annotation.model_fields.get(str(name))
            if field is None:
                # Of a form that nobody knows nothing is said.
                return ""
            annotation, label = field.annotation, field.title or label
        elif get_origin(annotation) in (list, dict, Mapping):
            annotation = get_args(annotation)[-1]
        else:
            break
    return label


def _without_none(annotation: object) -> Any:  # noqa: ANN401 - a type, as typing writes it
    """Return what a value is when it is there."""
    if get_origin(annotation) is Annotated:
        return _without_none(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        inside = [one for one in get_args(annotation) if one is not type(None)]
        return _without_none(inside[0]) if len(inside) == 1 else annotation
    return annotation
