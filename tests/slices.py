"""The library's own slices, one command at a time: the oracle and the baseline of group decide."""

from collections.abc import Mapping
from typing import cast

from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.application import DCBApplication
from eventsourcing.dcb.domain import Decision, Selector, Slice, Tagged, TPerspective
from eventsourcing.dcb.persistence import DCBMapper

from adapters.stored_events import decode, stored
from domain.boutique import DECISIONS
from domain.event import Command, Event, Known
from tests.speaking import NOON


class Happened(Decision):
    """An event of ours, as the library carries it."""

    def __init__(self, event: Event) -> None:
        self.event = event

    def mutate(self, obj: TPerspective | None) -> TPerspective | None:
        assert isinstance(obj, CommandSlice)
        obj.known.see(self.event)
        return cast("TPerspective", obj)


class EventMapper(DCBMapper[Happened]):
    def to_dcb_event(self, event: Tagged[Happened]) -> DCBEvent:
        return stored(event.decision.event)

    def to_domain_event(self, event: DCBEvent) -> Tagged[Happened]:
        return Tagged(tags=event.tags, decision=Happened(decode(event.type, event.data)))


class CommandSlice(Slice[Happened]):
    """Reads what a command needs, decides it, and triggers what it causes."""

    def __init__(self, command: Command) -> None:
        self.command = command
        self.known = Known(command.needs())

    def consistency_boundary(self) -> list[Selector]:
        return [Selector(tags=[str(fact.tag)]) for fact in self.command.needs()]

    def execute(self) -> None:
        for event in DECISIONS[type(self.command)](self.command, self.known, now=NOON):
            tags = [str(tag) for tag in event.tags()]
            self.new_decisions.append(Tagged(tags=tags, decision=Happened(event)))


class SliceApplication(DCBApplication):
    """Carries out commands by the library alone; the environment says on which recorder."""

    name = "slices"
    env: Mapping[str, str] = {
        "PERSISTENCE_MODULE": "eventsourcing.dcb.popo",
        "MAPPER_TOPIC": "tests.slices:EventMapper",
    }

    def handle(self, command: Command) -> list[Event]:
        done = self.repository.advance(CommandSlice(command))
        done.execute()
        caused = [tagged.decision.event for tagged in done.new_decisions]
        if caused:
            self.repository.save(done)
        return caused
