"""The library's way to choose a recorder: ``PERSISTENCE_MODULE=adapters.event_store_factory``.

The library takes the one factory class it finds in this module, so nothing else may look like one:
that is why its own factory is reached through its module here.
"""

from eventsourcing.dcb import postgres_tt
from eventsourcing.dcb.api import DCBRecorder
from eventsourcing.utils import Environment, strtobool
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from adapters.group_commit import GroupCommitRecorder


class Factory(postgres_tt.PostgresTTDCBFactory):
    """Makes recorders that commit in groups."""

    POSTGRES_DSN = "POSTGRES_DSN"
    """Everything psycopg understands; the library itself names six parameters only."""

    def __init__(self, env: Environment) -> None:
        if strtobool(env.get(self.POSTGRES_ENABLE_DB_FUNCTIONS) or "no"):
            raise OSError(
                f"{self.POSTGRES_ENABLE_DB_FUNCTIONS} makes the library append without a lock, and"
                " readers that follow the log lose events for ever: leave it out."
            )
        super().__init__(env)

    def dcb_recorder(self) -> DCBRecorder:
        dsn = self.env.get(self.POSTGRES_DSN)
        if dsn:
            self.datastore.pool.kwargs = {"row_factory": dict_row, **conninfo_to_dict(dsn)}
        recorder = GroupCommitRecorder(
            self.datastore, events_table_name=f"{self.env.name.lower() or 'dcb'}_events"
        )
        if self.env_create_table():
            recorder.create_table()
        return recorder
