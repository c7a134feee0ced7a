"""GP practices: the NHS list ``epraccur``, with its heading or without, or a CSV or GeoJSON of one's own.

And the NHS map of which practice belongs to which primary care network.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hubfinder.ingest.errors import RowRefused, quoted
from hubfinder.ingest.kind import Kind, NoOptions, option
from hubfinder.ingest.labels import code_in
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import sentence
from hubfinder.places.networks import name_networks
from hubfinder.places.registers import Changes, PracticeChange, change_practices, put_practices

EPRACCUR = (
    *("practice_code", "name", "national_grouping", "high_level_health_geography"),
    *("address_1", "address_2", "address_3", "address_4", "address_5", "postcode", "open_date", "close_date"),
    *("status_code", "organisation_sub_type", "commissioner", "join_date", "left_date", "telephone"),
    *("", "", "", "amended_record", "", "provider_purchaser", "", "prescribing_setting", ""),
)
"""The columns of ``epraccur.csv``, which the NHS publishes without a heading."""
ALIASES = {
    "org_code": "practice_code",
    "organisation code": "practice_code",
    "organisation_code": "practice_code",
    "status code": "status_code",
    "prescribing setting": "prescribing_setting",
    "contact telephone number": "telephone",
    **{f"address line {number}": f"address_{number}" for number in range(1, 6)},
}
MAP_ALIASES = {"practice code": "practice_code", "pcn code": "pcn_code", "pcn name": "pcn_name"}
GP_PRACTICE = "4"
"""The prescribing setting of GP practices; the list has prisons, clinics and many more."""
ACTIVE = "A"
NO_NETWORK = frozenset({"", "U"})
"""The NHS writes U for practices that are in no network."""
_CODE = re.compile(r"[A-Z0-9]{3,12}")
_FIRST_OF_EPRACCUR = re.compile(r'"?[A-Z]\d{5}"?,')


@dataclass(frozen=True, slots=True)
class Options:
    """Options of the import of practices."""

    replace: bool = option("Forget all practices that are not in these files.", default=False)


def load(loading: Loading, options: Options) -> None:
    """Add practices, or change those that are there already."""
    headings = _headings(loading)
    practices = loading.each(
        lambda row: _practice(loading, row),
        needs=("practice_code", "name"),
        aliases=ALIASES,
        headings=headings,
    )
    changes = put_practices(loading.session, practices, replace=options.replace)
    loading.refuse_replacing(changes.total, replace=options.replace)
    _tell(loading, changes)


def load_networks(loading: Loading, _options: NoOptions) -> None:
    """Say which network the practices we have belong to, and know these networks by name."""
    members = loading.each(
        lambda row: _member(loading, row),
        needs=("practice_code", "pcn_code", "pcn_name"),
        aliases=MAP_ALIASES,
    )
    changes = change_practices(loading.session, members)
    _tell(loading, changes)
    named = name_networks(loading.session, changes.networks)
    loading.report.count("networks known by name only", named)
    if changes.unknown:
        loading.report.note(
            f"{changes.unknown:,} practices of the file are not known here and were passed over."
        )


def _headings(loading: Loading) -> Sequence[str]:
    first = next(loading.text().lines(), "")
    return EPRACCUR if _FIRST_OF_EPRACCUR.match(first) and first.count(",") >= len(EPRACCUR) - 1 else ()


def _practice(loading: Loading, row: Row) -> PracticeChange | None:
    """What the file says of a practice; none for anything that is not an active GP practice."""
    if "prescribing_setting" in row and row.text("prescribing_setting") != GP_PRACTICE:
        return None
    if "status_code" in row and row.text("status_code").upper() != ACTIVE:
        return None
    point = row.point() if "lat" in row else None
    facts: dict[str, str | float | None] = {
        "name": sentence(row, "name", required=True),
        "address": _address(row),
        "postcode": str(row.postcode() or ""),
        "telephone": row.line("telephone", longest=40),
    }
    if "lat" in row:
        facts |= {"lat": point.lat if point else None, "lon": point.lon if point else None}
    return PracticeChange(_code(loading, row), facts | _network(row))


def _member(loading: Loading, row: Row) -> PracticeChange:
    return PracticeChange(_code(loading, row), _network(row))


def _code(loading: Loading, row: Row) -> str:
    code = row.line("practice_code", required=True, longest=12)
    if not _CODE.fullmatch(code):
        raise RowRefused("practice_code", f"{quoted(code)} is not a code of capitals and digits")
    loading.once(row, "practice_code", code)
    return code


def _network(row: Row) -> dict[str, str | float | None]:
    """The network and the integrated care board, as far as the file has columns for them."""
    facts: dict[str, str | float | None] = {}
    if "pcn_code" in row:
        code = code_in(row, "pcn_code")
        is_in_one = code not in NO_NETWORK
        facts["network_code"] = code if is_in_one else None
        facts["network_name"] = sentence(row, "pcn_name", required=True) if is_in_one else ""
    if "icb_name" in row:
        facts["icb_name"] = sentence(row, "icb_name")
    return facts


def _address(row: Row) -> str:
    if "address" in row:
        return sentence(row, "address", longest=1_000)
    lines = (sentence(row, f"address_{number}") for number in range(1, 6))
    return ", ".join(line for line in lines if line)


def _tell(loading: Loading, changes: Changes) -> None:
    loading.report.count("practices", changes.total)


PRACTICES = Kind(
    "practices",
    "GP practices: practice_code, name, address, postcode, telephone, pcn_code, pcn_name; or epraccur.",
    load,
    Options,
)
PRACTICE_NETWORKS = Kind(
    "practice-networks",
    "Which practice is in which primary care network: practice_code, pcn_code, pcn_name (the NHS map).",
    load_networks,
    NoOptions,
)
