"""Size advice: which size of a garment fits, how the next ones would sit, and why, in words.

No more is weighed than the shopper can check: measures of her body and of the sizes, with the ease
that pattern drafting gives a type, and what she kept and returned of that type. What is not known
is said, with what would help. Reading order: ease, what is weighed, the advice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.sentence import Sentence

# ------------------------------------------------------------------ ease


@dataclass(frozen=True, kw_only=True, slots=True)
class Ease:
    """By how many centimetres a garment is larger than the body in it: between, and at best."""

    least: float
    best: float
    most: float

    def round_of(self, body: float) -> "Ease":
        """Return how large a garment is that fits a body."""
        return Ease(least=body + self.least, best=body + self.best, most=body + self.most)


_WAISTBAND = Ease(least=-1, best=2, most=5)
_LEGS = {"waist": _WAISTBAND, "hip": Ease(least=2, best=6, most=16)}
_TEE = {"chest": Ease(least=2, best=8, most=16)}

EASE_OF: Mapping[str, Mapping[str, Ease]] = {
    "t-shirt": _TEE,
    "longsleeve": _TEE,
    "top": _TEE,
    "shirt": {"chest": Ease(least=6, best=12, most=20)},
    "knitwear": {"chest": Ease(least=4, best=10, most=20)},
    "outerwear": {"chest": Ease(least=10, best=18, most=28)},
    "dress": {
        "chest": Ease(least=2, best=8, most=14),
        "waist": Ease(least=2, best=8, most=20),
        "hip": Ease(least=2, best=8, most=24),
    },
    "skirt": {"waist": _WAISTBAND, "hip": Ease(least=2, best=6, most=24)},
    # A body's inseam reaches to the floor, that of trousers ends above it.
    "trousers": {**_LEGS, "inseam": Ease(least=-8, best=-4, most=1)},
    "shorts": _LEGS,
    "shoes": {"foot": Ease(least=0.4, best=1.0, most=1.6)},
}
"""By type and measure of the body; the first of a type counts most.

Wearing ease of pattern drafting (Aldrich, *Metric Pattern Cutting*; Craft Yarn Council, *Standards
of fit*), in whole centimetres. A shoe is longer inside than the foot.
"""

TAKEN_AT: Mapping[str, tuple[str, int]] = {
    "chest": ("chest_width", 2),
    "waist": ("waist_width", 2),
    "hip": ("hip_width", 2),
    "inseam": ("inseam", 1),
    "foot": ("inside_length", 1),
}
"""By measure of the body, which of a garment laid flat goes with it, and how often: widths are
half of the way round."""

KEPT_WITHIN: Mapping[str, float] = {"chest": 4, "waist": 3, "hip": 4, "inseam": 3, "foot": 0.6}
"""How far from what was kept a piece still sits alike, when no more is known."""

ALIKE_WITHIN = 1.0
"""Centimetres round by which two pieces may differ and still be one size."""

RETURNED_COUNTS = 1.0
"""As much as lying at the end of what fits: another size that fits comes before."""

# -------------------------------------------------------- what is weighed


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    variant_id: UUID
    name: str
    measures: Mapping[str, float]  # as the seller gave them, cm


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """A piece of the same type that the shopper bought."""

    name: str
    size: str
    measures: Mapping[str, float]
    is_kept: bool  # otherwise she returned it


# ------------------------------------------------------------ the advice


@dataclass(frozen=True, kw_only=True, slots=True)
class Sitting:
    """How a size sits: by how many centimetres it is looser, or tighter, than fits."""

    variant_id: UUID
    size: str
    beyond: Mapping[str, float]  # by measure of the body; below 0 tight or short, 0 as it should

    @property
    def fits(self) -> bool:
        return not any(self.beyond.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class SizeAdvice:
    variant_id: UUID | None  # what fits best; None: not known
    because: str  # "measures", "kept", "kept-size" or "unknown"
    sittings: tuple[Sitting, ...]  # of every size that is measured, the smallest first
    why: tuple[Sentence, ...]  # it fits, or why that is not known
    beside: tuple[Sentence, ...]  # how the next sizes would sit, and what was returned
    missing: tuple[str, ...]  # measures of the body that would tell more


REASONS: Mapping[str, str] = {
    "fits": "%(size)s fits best by your measures: %(measures)s.",
    "nearest": "%(size)s comes nearest to your measures.",
    "as-kept": "%(size)s is closest to what you kept: %(name)s in %(kept)s.",
    "kept-size": "You kept %(name)s in %(size)s. Nothing is measured here: that is all we know.",
    "own-ease": "What you kept is %(cm)s cm larger than you at the %(measure)s: we look for that.",
    "returned": "You returned %(name)s in %(returned)s, which is as large as %(size)s.",
    "loose": "%(size)s: %(cm)s cm loose at the %(measure)s.",
    "tight": "%(size)s: %(cm)s cm tight at the %(measure)s.",
    "long": "%(size)s: %(cm)s cm long in the leg.",
    "short": "%(size)s: %(cm)s cm short in the leg.",
    "more": "%(size)s fits too, with %(cm)s cm more at the %(measure)s.",
    "less": "%(size)s fits too, with %(cm)s cm less at the %(measure)s.",
    "give": "Give your measures (%(measures)s) and we say which size fits.",
    "unmeasured": "How large the sizes are, the seller has not told yet.",
}
"""What is said, by what it is about."""


def advise(
    type_: str, sizes: Sequence[Size], body: Mapping[str, float], tried: Sequence[Tried]
) -> SizeAdvice | None:
    """Advise on the size of a commodity; None where there is nothing to choose, or to measure."""
    eases = EASE_OF.get(type_)
    if eases is None or len(sizes) < 2:
        return None
    rounds = {size.variant_id: found for size in sizes if (found := _rounds(size.measures, eases))}
    shared = [x for x in eases if rounds and all(x in found for found in rounds.values())]
    missing = tuple(x for x in shared if x not in body)
    measured = sorted(
        (size for size in sizes if size.variant_id in rounds),
        key=lambda size: sum(rounds[size.variant_id][x] for x in shared),
    )
    kept = [x for x in tried if x.is_kept]
    targets, because = _targets(eases, shared, body, kept)
    if not targets:
        return _by_names(sizes, kept, missing, is_measured=bool(shared))
    weighing = _Weighing(
        sizes=measured, rounds=rounds, targets=targets, tried=tried, because=because
    )
    return weighing.advice(_own_ease(eases, body, kept), missing)


def _rounds(measures: Mapping[str, float], eases: Iterable[str]) -> dict[str, float]:
    """Return how large a garment is where a body is measured."""
    found = dict[str, float]()
    for at in eases:
        name, times = TAKEN_AT[at]
        if name in measures:
            found[at] = measures[name] * times
    return found


def _targets(
    eases: Mapping[str, Ease],
    shared: Sequence[str],
    body: Mapping[str, float],
    kept: Sequence[Tried],
) -> tuple[dict[str, Ease], str]:
    """Return how large a garment should be: by the body, or else like what was kept."""
    own = _own_ease(eases, body, kept)
    by_body = {
        at: Ease(
            least=eases[at].least, best=own.get(at, eases[at].best), most=eases[at].most
        ).round_of(body[at])
        for at in shared
        if at in body
    }
    if by_body:
        return by_body, "measures"
    targets = dict[str, Ease]()
    for at in shared:
        if found := _mean(_rounds(x.measures, [at]).get(at) for x in kept):
            within = KEPT_WITHIN[at]
            targets[at] = Ease(least=-within, best=0, most=within).round_of(found)
    return targets, "kept"


def _own_ease(
    eases: Mapping[str, Ease], body: Mapping[str, float], kept: Sequence[Tried]
) -> dict[str, float]:
    """Return what ease a shopper keeps, as far as it is one that fits at all."""
    own = dict[str, float]()
    for at, ease in eases.items():
        found = _mean(_rounds(x.measures, [at]).get(at) for x in kept)
        if at in body and found is not None and ease.least <= found - body[at] <= ease.most:
            own[at] = found - body[at]
    return own


def _mean(values: Iterable[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return sum(found) / len(found) if found else None


def _by_names(
    sizes: Sequence[Size], kept: Sequence[Tried], missing: tuple[str, ...], *, is_measured: bool
) -> SizeAdvice:
    """Advise where nothing can be compared: by the name of a size, or not at all."""
    same = {size.name: size for size in sizes}
    known = [x for x in kept if x.size in same]
    hint = _say("give", measures=missing) if is_measured else _say("unmeasured")
    if not is_measured and len({x.size for x in known}) == 1:
        reason = _say("kept-size", name=known[0].name, size=known[0].size)
        variant_id, because, why = same[known[0].size].variant_id, "kept-size", reason
    else:
        variant_id, because, why = None, "unknown", hint
    return SizeAdvice(
        variant_id=variant_id,
        because=because,
        sittings=(),
        why=(why,),
        beside=(),
        missing=missing,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Weighing:
    """Measured sizes beside what they should be."""

    sizes: Sequence[Size]  # the smallest first
    rounds: Mapping[UUID, Mapping[str, float]]
    targets: Mapping[str, Ease]
    tried: Sequence[Tried]
    because: str

    def advice(self, own: Mapping[str, float], missing: tuple[str, ...]) -> SizeAdvice:
        best = min(self.sizes, key=self._distance)  # of two as good ones the smaller
        place = self.sizes.index(best)
        neighbours = [self.sizes[n] for n in (place - 1, place + 1) if 0 <= n < len(self.sizes)]
        beside = [
            *(self._returned_like(size) for size in (best, *neighbours)),
            *(self._beside(size, best) for size in neighbours),
        ]
        return SizeAdvice(
            variant_id=best.variant_id,
            because=self.because,
            sittings=tuple(self._sitting(size) for size in self.sizes),
            why=tuple(self._why(best, own)),
            beside=tuple(x for x in beside if x is not None),
            missing=missing,
        )

    def _sitting(self, size: Size) -> Sitting:
        beyond = dict[str, float]()
        for at, target in self.targets.items():
            found = self.rounds[size.variant_id][at]
            over, under = max(found - target.most, 0), min(found - target.least, 0)
            beyond[at] = round(over + under, 1)
        return Sitting(variant_id=size.variant_id, size=size.name, beyond=beyond)

    def _distance(self, size: Size) -> float:
        """How far a size is from what fits best: 1 for each measure at the end of what fits."""
        found = 0.0
        for at, target in self.targets.items():
            away = self.rounds[size.variant_id][at] - target.best
            reach = target.most - target.best if away > 0 else target.best - target.least
            found += (away / max(reach, ALIKE_WITHIN)) ** 2
        return found + (RETURNED_COUNTS if self._returned_as(size) else 0)

    def _returned_as(self, size: Size) -> Tried | None:
        """Return what was sent back of this size, unless something of it was kept, too."""
        alike = [x for x in self.tried if self._are_alike(size, x)]
        return None if any(x.is_kept for x in alike) else next(iter(alike), None)

    def _are_alike(self, size: Size, tried: Tried) -> bool:
        found = _rounds(tried.measures, self.targets)
        return found.keys() == self.targets.keys() and all(
            abs(found[at] - self.rounds[size.variant_id][at]) <= ALIKE_WITHIN for at in found
        )

    def _why(self, best: Size, own: Mapping[str, float]) -> list[Sentence]:
        sitting = self._sitting(best)
        beyond = [_beyond(sitting, at) for at, cm in sitting.beyond.items() if cm]
        if self.because == "kept":
            like = min(
                (x for x in self.tried if x.is_kept and _rounds(x.measures, self.targets)),
                key=lambda x: self._apart(best, x),
            )
            return [_say("as-kept", size=best.name, name=like.name, kept=like.size), *beyond]
        if beyond:
            return [_say("nearest", size=best.name), *beyond]
        why = [_say("fits", size=best.name, measures=tuple(self.targets))]
        if (at := next(iter(self.targets))) in own:
            why.append(_say("own-ease", cm=_cm(own[at]), measure=at))
        return why

    def _apart(self, size: Size, tried: Tried) -> float:
        found = _rounds(tried.measures, self.targets)
        return sum(abs(found[at] - self.rounds[size.variant_id][at]) for at in found)

    def _returned_like(self, size: Size) -> Sentence | None:
        found = self._returned_as(size)
        if found is None:
            return None
        return _say("returned", name=found.name, returned=found.size, size=size.name)

    def _beside(self, size: Size, best: Size) -> Sentence | None:
        """Say how the next size would sit: where it is farthest off, or else how it differs."""
        sitting = self._sitting(size)
        if not sitting.fits:
            return _beyond(sitting, max(sitting.beyond, key=lambda at: abs(sitting.beyond[at])))
        at = next(iter(self.targets))
        more = self.rounds[size.variant_id][at] - self.rounds[best.variant_id][at]
        if not more:
            return None
        name = "more" if more > 0 else "less"
        return _say(name, size=size.name, cm=_cm(abs(more)), measure=at)


def _beyond(sitting: Sitting, at: str) -> Sentence:
    cm = sitting.beyond[at]
    over, under = ("long", "short") if at == "inseam" else ("loose", "tight")
    return _say(over if cm > 0 else under, size=sitting.size, cm=_cm(abs(cm)), measure=at)


def _say(reason: str, **fields: str | tuple[str, ...]) -> Sentence:
    return Sentence(REASONS[reason], fields)


def _cm(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
