"""Reasons for machines: short codes with a value, and objects for JSON. Once published, both stay."""

from collections.abc import Iterator

from hubfinder.directory.availability import (
    INSIDE,
    OUTSIDE,
    AgeReason,
    Area,
    AreaReason,
    Availability,
    FamilyReason,
    Reason,
)


def codes(available: Availability) -> tuple[str, ...]:
    """Such as ``serves:Harbour`` or ``elsewhere:Northsands``, then ``age_not_said:0-60``; the area first."""
    return tuple(map(_code, sorted(available.reasons, key=lambda one: not isinstance(one, AreaReason))))


def as_object(available: Availability) -> dict[str, object]:
    """The answer with its reasons, the deciding one first. What is not known is left out."""
    reasons = [
        {"code": reason.code.value, "answer": reason.code.answer.value, **dict(_values(reason))}
        for reason in available.reasons
    ]
    return {"answer": available.answer.value, "reasons": reasons}


def _code(reason: Reason) -> str:
    match reason:
        case AreaReason(code=code, area=Area(name=name)) if code in INSIDE | OUTSIDE:
            return f"{'serves' if code in INSIDE else 'elsewhere'}:{name}"
        case AreaReason(area=Area(name=name)):
            return f"{reason.code.value}:{name}"
        case AgeReason(minimum=low, maximum=high) if low is not None or high is not None:
            return f"{reason.code.value}:{'' if low is None else low} to {'' if high is None else high}"
        case FamilyReason(circumstances=some) if some:
            return f"{reason.code.value}:{','.join(some)}"
    return reason.code.value


def _values(reason: Reason) -> Iterator[tuple[str, object]]:
    match reason:
        case AreaReason():
            yield from _of_area(reason)
        case AgeReason():
            known = (("minimum_age", reason.minimum), ("maximum_age", reason.maximum))
            yield from ((name, months) for name, months in known if months is not None)
        case FamilyReason():
            if reason.circumstances:
                yield "circumstances", list(reason.circumstances)
            if reason.eligibility:
                yield "eligibility", reason.eligibility


def _of_area(reason: AreaReason) -> Iterator[tuple[str, object]]:
    for name, area in (("area", reason.area), ("own", reason.own)):
        if area:
            yield name, {"kind": area.kind.value, "code": area.code, "name": area.name}
    if reason.share is not None:
        yield "share", round(reason.share, 4)
