"""The policy in force, line by line, with where each line came from and what in it contradicts itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.credential import kind_named
from domain.inheritance import Effective, Layer, rule_sources
from domain.policy import Asked, Policy
from domain.wording import Sentence
from web.services.rules.policy_words import (
    DEFAULT,
    FIELD_NAMES,
    classes_named,
    described,
    rule_said,
    source_said,
)


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One sentence of a policy, and where it came from: no layer when it is the default."""

    name: str
    sentence: Sentence
    sources: tuple[Layer, ...]
    said_sources: Sentence


def lines(effective: Effective, area_names: dict[str, str]) -> tuple[PolicyLine, ...]:
    """Everything the policy asks for; fields that can have no effect (days without areas) are left out."""
    return tuple(
        PolicyLine(name, sentence, sources, _said(sources, area_names))
        for name, sentence, sources in _parts(effective)
    )


def _parts(effective: Effective) -> Iterator[tuple[str, Sentence, tuple[Layer, ...]]]:
    policy = effective.policy
    for name in FIELD_NAMES:
        if name == "credentials" and policy.credentials:
            for rule in policy.credentials:
                yield name, rule_said(rule), rule_sources(effective, rule)
        elif name == "listed_areas" and policy.listed_areas:
            layers = effective.sources[name]
            for area, sentence in zip(
                sorted(policy.listed_areas), described(name, policy.listed_areas), strict=True
            ):
                yield name, sentence, tuple(one for one in layers if area in one.fields[name])
        elif not _is_idle(name, policy):
            for sentence in described(name, getattr(policy, name)):
                yield name, sentence, tuple(effective.sources.get(name, ()))


def _is_idle(name: str, policy: Policy) -> bool:
    if name == "listed_days":
        return not policy.listed_areas
    return name == "temperature_limit_tenths" and policy.temperature is Asked.OFF


def _said(layers: tuple[Layer, ...], area_names: dict[str, str]) -> Sentence:
    said = [source_said(layer, area_names) for layer in layers]
    return Sentence(", ".join(s.en for s in said), "，".join(s.zh for s in said)) if said else DEFAULT


def warnings(policy: Policy) -> tuple[Sentence, ...]:
    """What nobody can have meant: a door that lets nobody in, a rule for nobody."""
    return tuple(_contradictions(policy))


def _contradictions(policy: Policy) -> Iterator[Sentence]:
    if not policy.classes:
        yield Sentence(
            "No visitor class is left: everybody is refused.", "没有任何类别可以进入，所有人都会被劝返。"
        )
    if not any(policy.hours.weekly):
        yield Sentence(
            "The opening hours leave no time in the week: everybody is refused.",
            "一周内没有任何开放时间，所有人都会被劝返。",
        )
    if policy.capacity == 0:
        yield Sentence("There is room for nobody: everybody is refused.", "容量为 0，所有人都会被劝返。")
    for rule in policy.credentials:
        if rule.classes and not rule.classes & policy.classes:
            kind, who = kind_named(rule.kind), classes_named(rule.classes)
            yield Sentence(
                f"{kind.en} is asked of a class that is not accepted ({who.en}), so of nobody.",
                f"“{kind.zh}”只向未接待的类别（{who.zh}）要求，实际无人需要出示。",
            )


def overruled(own: Layer, effective: Effective) -> tuple[Sentence, ...]:
    """Which of a layer's fields have no part in the policy, because another layer is stricter."""
    return tuple(
        Sentence(
            f"{FIELD_NAMES[name].en}: another level is stricter, so what is set here has no effect.",
            f"{FIELD_NAMES[name].zh}：其他层级更严格，此处的设置不起作用。",
        )
        for name in FIELD_NAMES
        if name in own.fields and own not in effective.sources.get(name, ())
    )
