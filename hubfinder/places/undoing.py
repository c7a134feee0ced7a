"""Taking the newest version of a layer back, and putting the one before it in force again."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hubfinder.database.copying import put_rows
from hubfinder.places import states
from hubfinder.places.models import Footprint, FootprintShare, KeptFootprint, KeptShare, Layer, LayerVersion
from hubfinder.places.plain import plain
from hubfinder.places.revision import places_changed
from hubfinder.vocab import VersionState

SHOWN = 5


class UndoRefused(Exception):
    """It cannot be taken back; the message is a sentence for whoever asked."""


@dataclass(frozen=True, slots=True)
class Step:
    """One layer, going back from one version to another; to none where the first is taken back."""

    layer: Layer
    now: LayerVersion
    before: LayerVersion | None

    @property
    def same_areas(self) -> bool:
        return self.before is not None and self.before.digest == self.now.digest


@dataclass(frozen=True, slots=True)
class Plan:
    """What taking back would do."""

    step: Step
    given_back: Sequence[Step]
    """Layers that get the areas back that the version had taken over."""
    going: Sequence[Footprint]
    """Footprints that there would be no more."""


def plan_undo(session: Session, key: str) -> Plan:
    """What taking back the version in force would do. Holds the layers until the transaction ends.

    Raises:
        UndoRefused: there is nothing to take back, or others have built on it.
    """
    layer = session.scalar(select(Layer).where(Layer.key == key).with_for_update())
    if layer is None:
        raise UndoRefused(f"There is no layer {key}. `hubfinder layers list` names those there are.")
    if not layer.version:
        raise UndoRefused(f"Everything in the layer {key} has been taken back already.")
    now = states.in_force(session, layer)
    taker = now.report.get("taken_over_by")
    if taker:
        raise UndoRefused(
            f"The last change of the layer {key} is that the layer {taker['layer']} took over areas from it. "
            f"Undo that one first: hubfinder layers undo {taker['layer']}."
        )
    step = Step(layer, now, _before(session, now))
    given_back = [_giving_back(session, now, layer_id, number) for layer_id, number in now.took_over]
    _refuse_taken(session, step, given_back)
    return Plan(step, given_back, _going(session, step, given_back))


def _before(session: Session, now: LayerVersion) -> LayerVersion | None:
    """The version that was in force before; those taken back do not count."""
    return session.scalar(
        select(LayerVersion)
        .where(
            LayerVersion.layer_id == now.layer_id,
            LayerVersion.number < now.number,
            LayerVersion.state == VersionState.REPLACED,
        )
        .order_by(LayerVersion.number.desc())
        .limit(1)
    )


def _giving_back(session: Session, now: LayerVersion, layer_id: int, number: int) -> Step:
    """The way back of a layer that areas were taken over from."""
    other = session.scalar(select(Layer).where(Layer.id == layer_id).with_for_update())
    if other is None:
        raise UndoRefused("A layer that areas were taken over from is not there any more.")
    theirs = states.in_force(session, other) if other.version else None
    taker = theirs.report.get("taken_over_by") if theirs else None
    if theirs is None or not taker or (taker["layer_id"], taker["number"]) != (now.layer_id, now.number):
        raise UndoRefused(
            f"The layer {other.key} has changed since areas were taken over from it. "
            f"Undo its newer versions first: hubfinder layers undo {other.key}."
        )
    before = session.scalar(
        select(LayerVersion).where(LayerVersion.layer_id == layer_id, LayerVersion.number == number)
    )
    return Step(other, theirs, before)


def codes_of(session: Session, version: LayerVersion | None) -> set[str]:
    """The codes of the areas a version has or had."""
    if version is None:
        return set()
    table, owner = states.where(session, version)
    return set(session.scalars(select(table.code).where(owner)))


def _refuse_taken(session: Session, step: Step, given_back: Sequence[Step]) -> None:
    """Refuse to put back areas that a layer not concerned has meanwhile."""
    concerned = [one.layer.id for one in (step, *given_back)]
    coming = set().union(*(codes_of(session, one.before) for one in (step, *given_back)))
    rows = session.execute(
        select(Footprint.code, Layer.key)
        .join(Footprint.layer)
        .where(Footprint.kind == step.layer.kind, Footprint.layer_id.not_in(concerned))
        .order_by(Footprint.code)
    )
    taken = [(code, key) for code, key in rows if code in coming]
    if taken:
        words = ", ".join(f"{code} (in the layer {key})" for code, key in taken[:SHOWN])
        raise UndoRefused(f"Other layers have areas meanwhile that would come back: {words}.")


def _going(session: Session, step: Step, given_back: Sequence[Step]) -> list[Footprint]:
    stay = set().union(*(codes_of(session, one.before) for one in (step, *given_back)))
    there = select(Footprint).where(Footprint.layer_id == step.layer.id).order_by(Footprint.code)
    return [footprint for footprint in session.scalars(there) if footprint.code not in stay]


def undo(session: Session, plan: Plan) -> list[int]:
    """Take the version back, in the caller's transaction; ids of footprints that have another name now.

    Footprints keep their ids where their codes stay.

    Raises:
        sqlalchemy.exc.IntegrityError: a footprint that would go is still referred to.
    """
    names = _names(session, plan)
    for step in (plan.step, *plan.given_back):
        states.keep(session, step.layer)
    session.flush()
    states.remove_footprints(session, [footprint.id for footprint in plan.going])
    for step in (plan.step, *plan.given_back):
        _go_back(session, step)
    places_changed(session)
    session.flush()
    after = _names(session, plan)
    session.expire_all()
    return [id_ for id_, name in after.items() if names.get(id_, name) != name]


def _names(session: Session, plan: Plan) -> dict[int, str]:
    rows = session.execute(select(Footprint.id, Footprint.name).where(Footprint.kind == plan.step.layer.kind))
    return {row[0]: row[1] for row in rows}


def _go_back(session: Session, step: Step) -> None:
    layer, before = step.layer, step.before
    step.now.state = VersionState.TAKEN_BACK
    layer.version = before.number if before else 0
    layer.digest = before.digest if before else ""
    if before is None:
        if layer.key == states.SHARES_LAYER:
            session.execute(delete(FootprintShare))
        return
    before.state = VersionState.IN_FORCE
    for name in states.ON_LAYER:
        setattr(layer, name, getattr(before, name))
    session.flush()
    if not step.same_areas:
        _put_back(session, layer, before)


def _put_back(session: Session, layer: Layer, version: LayerVersion) -> None:
    """Make kept areas, and the shares kept with them, the footprints of a layer again."""
    holder = states.holder(session, version)
    if holder is None:
        return  # it had no areas
    rows = [
        (layer.id, layer.kind.value, row.code, row.name, plain(row.name), row.shape, row.outline)
        for row in states.kept_rows(session, holder)
    ]
    put_rows(session, Footprint, states.COLUMNS, rows, key=("kind", "code"))
    if layer.key == states.SHARES_LAYER:
        states.put_shares(session, states.kept_shares(session, holder))
        session.execute(delete(KeptShare).where(KeptShare.version_id == holder.id))
    session.execute(delete(KeptFootprint).where(KeptFootprint.version_id == holder.id))
