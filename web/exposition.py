"""Figures in the text format that Prometheus reads (exposition format 0.0.4)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class Sample:
    value: float
    labels: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One name with its samples; a counter's name ends in ``_total``."""

    name: str
    help: str
    kind: Literal["counter", "gauge"]
    samples: tuple[Sample, ...]


def gauge(name: str, help_: str, value: float, **labels: str) -> Metric:
    return Metric(
        name=name, help=help_, kind="gauge", samples=(Sample(value=value, labels=labels),)
    )


def counter(name: str, help_: str, value: float, **labels: str) -> Metric:
    samples = (Sample(value=value, labels=labels),)
    return Metric(name=name, help=help_, kind="counter", samples=samples)


def gauges(name: str, help_: str, label: str, values: Mapping[str, float]) -> Metric:
    """Return one gauge for each value of a label."""
    samples = tuple(Sample(value=value, labels={label: of}) for of, value in values.items())
    return Metric(name=name, help=help_, kind="gauge", samples=samples)


def written(metrics: Iterable[Metric]) -> str:
    return "".join(f"{line}\n" for metric in metrics for line in _lines(metric))


def _lines(metric: Metric) -> Iterator[str]:
    yield f"# HELP {metric.name} {_escaped(metric.help)}"
    yield f"# TYPE {metric.name} {metric.kind}"
    for sample in metric.samples:
        yield f"{metric.name}{_labels(sample.labels)} {_number(sample.value)}"


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    quoted = (f'{name}="{_escaped(value, quotes=True)}"' for name, value in labels.items())
    return f"{{{','.join(quoted)}}}"


def _escaped(text: str, *, quotes: bool = False) -> str:
    text = text.replace("\\", r"\\").replace("\n", r"\n")
    return text.replace('"', r"\"") if quotes else text


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
