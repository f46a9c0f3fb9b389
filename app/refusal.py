"""What is wrong with a request, in one plain sentence that never repeats what was sent at length."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from app.errors import InvalidRequest

T = TypeVar("T", bound=BaseModel)
Naming = Callable[[str], str]


def read_request(fields: object, kind: type[T], naming: Naming = str) -> T:
    """Validate fields that came from outside. Raises InvalidRequest (exit status 2, HTTP 422) naming the field.

    `naming` turns a field's name into what the user wrote, such as `as_of` into `--as-of`.
    """
    try:
        return kind.model_validate(fields)
    except ValidationError as error:
        raise refused(error.errors(include_url=False, include_input=False), kind.model_fields, naming) from None


def refused(errors: Sequence[Mapping[str, Any]], known: Iterable[str] = (), naming: Naming = str) -> InvalidRequest:
    """The error for the first of pydantic's `errors`; a field that is not `known` gets the nearest that is."""
    first = errors[0]
    place = [str(part) for part in first["loc"]]
    if not place:
        return InvalidRequest('the request must be a JSON object, such as {"question": "…"}.')
    field = naming(_short(".".join(place)))
    return InvalidRequest(_sentence(first, field, place[-1], list(known)))


def _sentence(error: Mapping[str, Any], field: str, name: str, known: list[str]) -> str:
    limits: Mapping[str, Any] = error.get("ctx") or {}
    match error["type"]:
        case "missing":
            return f"{field} is missing: add it."
        case "extra_forbidden":
            near = get_close_matches(name, known, 1)
            return f"{field} is not a known field: " + (f"did you mean {near[0]}?" if near else f"use {', '.join(known)}.")
        case "string_type" | "string_unicode" | "string_sub_type":
            return f"{field} must be plain text."
        case "string_too_short":
            return f"{field} is empty: write something there."
        case "string_too_long":
            return f"{field} is too long: at most {limits['max_length']} letters."
        case "int_type" | "int_parsing" | "int_from_float":
            return f"{field} must be a whole number."
        case "greater_than_equal":
            return f"{field} is too small: at least {limits['ge']}."
        case "less_than_equal":
            return f"{field} is too large: at most {limits['le']}."
        case "list_type":
            return f"{field} must be a list."
        case "too_short":
            return f"{field} is empty: give at least {limits['min_length']}."
        case "too_long":
            return f"{field} has too many entries: at most {limits['max_length']}."
        case "model_type" | "model_attributes_type" | "dict_type":
            return f"{field} must be a JSON object."
        case "value_error":
            return f"{field}: {limits['error']}."
        case _:
            return f"{field}: {str(error['msg']).lower()}."


def _short(name: str) -> str:
    """A name from outside, fit for one line."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:60])
