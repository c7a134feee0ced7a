"""The bodies of Table 2's arrangements by name: "Harbourmouth Health and Wellbeing Board"."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hubfinder.ingest.errors import RowRefused, quoted
from hubfinder.ingest.kind import Kind, option
from hubfinder.ingest.listings import telephone
from hubfinder.ingest.loading import Loading
from hubfinder.ingest.row import Row
from hubfinder.ingest.words import sentence
from hubfinder.places.bodies import BodyDetails, codes_of, kinds_of_arrangements, put_bodies
from hubfinder.vocab import FootprintKind


@dataclass(frozen=True, slots=True)
class Options:
    """Options of the import of bodies."""

    replace: bool = option("Forget all bodies that are not in these files.", default=False)


@dataclass(slots=True)
class _Reader:
    """Reads rows into bodies, against the arrangements and footprints that are there."""

    loading: Loading
    kinds: Mapping[str, FootprintKind]
    """Of the arrangements, by key."""
    codes: Mapping[FootprintKind, set[str]] = field(default_factory=dict)

    def body(self, row: Row) -> BodyDetails:
        key, (kind, code) = self._arrangement(row), self._footprint(row)
        if kind is not self.kinds[key]:
            right = self.kinds[key].value
            raise RowRefused("footprint", f"{key} covers a {right}, not a {kind.value}")
        if code not in self.codes[kind]:
            raise RowRefused("footprint", f"there is no {kind.value}:{code} here; import the areas first")
        self.loading.once(row, "footprint", f"{kind.value}:{code} of {key}")
        return BodyDetails(
            arrangement_key=key,
            kind=kind,
            code=code,
            name=sentence(row, "name", required=True),
            website=row.website(),
            telephone=_telephone(row),
            email=row.email(),
            source=sentence(row, "source", longest=1_000),
            as_of=row.day("as_of"),
        )

    def _arrangement(self, row: Row) -> str:
        key = row.line("arrangement", required=True, longest=120)
        if key not in self.kinds:
            known = ", ".join(self.kinds)
            raise RowRefused("arrangement", f"{quoted(key)} is not known; use one of: {known}")
        return key

    def _footprint(self, row: Row) -> tuple[FootprintKind, str]:
        cell = row.line("footprint", required=True)
        kind, _, code = cell.partition(":")
        if kind not in FootprintKind._value2member_map_ or not code.strip():
            raise RowRefused(
                "footprint", f"{quoted(cell)} is not a footprint such as local_authority:E06000021"
            )
        return FootprintKind(kind), code.strip()


def _telephone(row: Row) -> str:
    row.line("telephone", longest=40)
    return telephone(row)


def load(loading: Loading, options: Options) -> None:
    """Add bodies, or change those that are there already."""
    kinds = kinds_of_arrangements(loading.session)
    reader = _Reader(loading, kinds, codes_of(loading.session, kinds.values()))
    bodies = list(loading.each(reader.body, needs=("arrangement", "footprint", "name")))
    loading.refuse_replacing(len(bodies), replace=options.replace)
    loading.report.count("bodies", put_bodies(loading.session, bodies, replace=options.replace))


BODIES = Kind(
    "bodies",
    "Names of the bodies of Table 2: arrangement, footprint (kind:code), name, website, telephone, email, "
    "source, as_of.",
    load,
    Options,
)
