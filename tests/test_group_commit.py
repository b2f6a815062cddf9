"""Group commit against the library: the same verdicts and the same log, and its defects mended."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.dcb.popo import InMemoryDCBRecorder
from eventsourcing.dcb.postgres_tt import PostgresDCBRecorderTT
from eventsourcing.persistence import IntegrityError
from eventsourcing.postgres import PostgresDatastore
from eventsourcing.utils import Environment
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row

from adapters.group_commit import Group, GroupCommitRecorder, adapt
from adapters.group_writer import GroupWriter, Limits
from domain.ports import ConcurrentUpdate

TYPES, TAGS = ("sold", "received"), ("shirt", "skirt", "hat")
AFTER_MAX = 12


def environment(dsn: str, name: str = "boutique", **more: str) -> Environment:
    info = conninfo_to_dict(dsn)
    return Environment(
        name,
        {
            "PERSISTENCE_MODULE": "adapters.event_store_factory",
            "POSTGRES_DBNAME": str(info["dbname"]),
            "POSTGRES_HOST": str(info["host"]),
            "POSTGRES_USER": str(info["user"]),
            "POSTGRES_PASSWORD": "",
            "POSTGRES_PORT": str(info.get("port", "5432")),
            "POSTGRES_POOL_SIZE": "1",
            **more,
        },
    )


@pytest.fixture
def recorder(database_url: str) -> Iterator[GroupCommitRecorder]:
    factory = DCBInfrastructureFactory.construct(environment(database_url))
    made = factory.dcb_recorder()
    assert isinstance(made, GroupCommitRecorder)
    yield made
    factory.close()


@pytest.fixture
async def writer(database_url: str, recorder: GroupCommitRecorder) -> AsyncIterator[GroupWriter]:
    made = GroupWriter(database_url, recorder, Limits())
    await made.open()
    yield made
    await made.close()


def event(type_: str, *tags: str) -> DCBEvent:
    return DCBEvent(type=type_, data=b"{}", tags=list(tags))


def unless(*items: tuple[Sequence[str], Sequence[str]], after: int = 0) -> DCBAppendCondition:
    """Return the condition that nothing with these types and tags follows ``after``."""
    return DCBAppendCondition(
        DCBQuery([DCBQueryItem(types=list(types), tags=list(tags)) for types, tags in items]), after
    )


subsets_of_types = st.lists(st.sampled_from(TYPES), unique=True, max_size=2)
subsets_of_tags = st.lists(st.sampled_from(TAGS), unique=True, max_size=2)
events = st.builds(DCBEvent, st.sampled_from(TYPES), st.binary(max_size=3), subsets_of_tags)
conditions = st.none() | st.builds(
    DCBAppendCondition,
    st.builds(
        DCBQuery, st.lists(st.builds(DCBQueryItem, subsets_of_types, subsets_of_tags), max_size=2)
    ),
    st.none() | st.integers(0, AFTER_MAX),
)
requests = st.lists(
    st.tuples(st.lists(events, min_size=1, max_size=3), conditions), min_size=1, max_size=8
)
on_one_database = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def emptied(recorder: GroupCommitRecorder) -> None:
    with recorder.datastore.transaction(commit=True) as cursor:
        cursor.execute(f"TRUNCATE {recorder.events_table_name} RESTART IDENTITY")
        cursor.execute(f"TRUNCATE {recorder.tags_table_name}")


def whole(recorder: PostgresDCBRecorderTT | InMemoryDCBRecorder) -> list[tuple[int, DCBEvent]]:
    return [(found.position, found.event) for found in recorder.read()]


# ------------------------------------------------------------- verdicts


@on_one_database
@given(asked=requests)
def test_one_at_a_time_it_answers_as_the_library_does_in_memory(
    recorder: GroupCommitRecorder, asked: list[tuple[list[DCBEvent], DCBAppendCondition | None]]
) -> None:
    emptied(recorder)
    oracle = InMemoryDCBRecorder()
    for wanted, condition in asked:
        answers = list[int | None]()
        for judge in (oracle, recorder):
            try:
                answers.append(judge.append(wanted, condition))
            except IntegrityError:
                answers.append(None)
        assert answers[0] == answers[1]
    assert whole(recorder) == whole(oracle)


@on_one_database
@given(asked=requests)
async def test_all_at_once_every_verdict_is_one_the_library_could_have_given(
    writer: GroupWriter,
    recorder: GroupCommitRecorder,
    asked: list[tuple[list[DCBEvent], DCBAppendCondition | None]],
) -> None:
    emptied(recorder)
    answers = await asyncio.gather(
        *(writer.append(wanted, condition) for wanted, condition in asked), return_exceptions=True
    )
    accepted = (
        sorted(
            (answer, *request)
            for request, answer in zip(asked, answers, strict=True)
            if isinstance(answer, int)
        )
        if all(isinstance(x, int | ConcurrentUpdate) for x in answers)
        else pytest.fail(str(answers))
    )
    oracle = InMemoryDCBRecorder()
    for position, wanted, condition in accepted:
        assert oracle.append(wanted, condition) == position
    assert whole(recorder) == whole(oracle)
    for (_, condition), answer in zip(asked, answers, strict=True):
        if isinstance(answer, ConcurrentUpdate):
            assert condition is not None
            found = oracle.read(condition.fail_if_events_match, after=condition.after)
            assert list(found), "refused without a reason"


@on_one_database
@given(asked=requests, condition=conditions, limit=st.none() | st.integers(1, 3))
def test_any_query_is_read_as_the_library_reads_it_in_memory(
    recorder: GroupCommitRecorder,
    asked: list[tuple[list[DCBEvent], DCBAppendCondition | None]],
    condition: DCBAppendCondition | None,
    limit: int | None,
) -> None:
    emptied(recorder)
    oracle = InMemoryDCBRecorder()
    for wanted, _ in asked:
        recorder.append(wanted)
        oracle.append(wanted)
    query, after = (condition.fail_if_events_match, condition.after) if condition else (None, None)
    found = recorder.read(query, after=after, limit=limit)
    expected = oracle.read(query, after=after, limit=limit)
    assert list(found) == list(expected)
    if limit is None:
        assert found.head == expected.head


async def test_a_request_that_its_own_group_would_refuse_waits_for_the_next(
    writer: GroupWriter, recorder: GroupCommitRecorder
) -> None:
    sold_out = unless(((), ("shirt",)))
    first = writer.append([event("sold", "shirt")], sold_out)
    second = writer.append([event("sold", "shirt")], sold_out)
    other = writer.append([event("sold", "hat")], unless((("sold",), ("hat",))))
    assert await first == 1
    assert await other == 2
    with pytest.raises(ConcurrentUpdate):
        await second
    assert writer.groups == 2
    assert [position for position, _ in whole(recorder)] == [1, 2]


def test_a_group_knows_which_of_its_requests_were_recorded_where() -> None:
    group = Group()
    for events_of_it in (["a", "b"], ["c"], ["d", "e", "f"]):
        group.add([event(x) for x in events_of_it], None)
    assert group.positions(None, 6) == [2, 3, 6]
    assert group.positions([1], 16) == [13, None, 16]
    assert group.positions([0, 1, 2], None) == [None, None, None]


# -------------------------------------------------- the library's defects


def test_d1_the_function_that_appends_without_a_lock_cannot_be_switched_on(
    database_url: str,
) -> None:
    with pytest.raises(OSError, match="lose events"):
        DCBInfrastructureFactory.construct(
            environment(database_url, POSTGRES_ENABLE_DB_FUNCTIONS="y")
        )


async def test_d2_an_unconditional_append_waits_for_its_turn_like_any_other(
    writer: GroupWriter, recorder: GroupCommitRecorder, database_url: str
) -> None:
    """The library's takes no lock: its position could become visible behind a later one."""
    async with await psycopg.AsyncConnection.connect(database_url) as holder:
        adapt(holder)
        group = Group()
        group.add([event("sold")], None)
        await holder.execute(recorder.sql_append_group, group.arguments(None, 0))
        later = writer.append([event("sold")], None)
        done, _ = await asyncio.wait([later], timeout=0.3)
        assert not done
        await holder.commit()
        assert await later == 2


def test_d2_the_library_itself_is_kept_out_while_a_group_is_written(
    recorder: GroupCommitRecorder, database_url: str
) -> None:
    with (
        psycopg.connect(database_url) as holder,
        psycopg.connect(database_url, row_factory=dict_row) as library,
    ):
        adapt(holder)
        group = Group()
        group.add([event("sold")], None)
        holder.execute(recorder.sql_append_group, group.arguments(None, 0))
        library.execute("SET lock_timeout = '300ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            library.execute(recorder.sql_lock_table)


def test_d3_two_applications_in_one_schema_write_into_their_own_tables(database_url: str) -> None:
    shop, stall = (
        DCBInfrastructureFactory.construct(environment(database_url, name))
        for name in ("shop", "stall")
    )
    recorders = shop.dcb_recorder(), stall.dcb_recorder()
    for recorder, tag in zip(recorders, ("shop", "stall"), strict=True):
        recorder.append([event("sold", tag)])
        recorder.append([event("sold", tag)], unless(((), ("other",))))
    for recorder, tag in zip(recorders, ("shop", "stall"), strict=True):
        assert [found.event.tags for found in recorder.read()] == [[tag], [tag]]
    shop.close()
    stall.close()


def test_d4_the_tables_may_stand_in_another_schema(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA elsewhere")
    factory = DCBInfrastructureFactory.construct(
        environment(database_url, POSTGRES_SCHEMA="elsewhere")
    )
    recorder = factory.dcb_recorder()
    assert recorder.append([event("sold", "hat")], unless(((), ("hat",)))) == 1
    with pytest.raises(IntegrityError):
        recorder.append([event("sold", "hat")], unless(((), ("hat",))))
    factory.close()


def test_d5_a_query_may_name_several_types_without_tags(recorder: GroupCommitRecorder) -> None:
    recorder.append([event("sold"), event("received"), event("lost")])
    query = unless((("sold", "received"), ())).fail_if_events_match
    assert [found.position for found in recorder.read(query)] == [1, 2]


def test_the_library_reads_what_was_recorded(
    recorder: GroupCommitRecorder, database_url: str
) -> None:
    recorder.append([event("sold", "hat", "shirt"), event("received")])
    info = conninfo_to_dict(database_url)
    datastore = PostgresDatastore(
        dbname=str(info["dbname"]),
        host=str(info["host"]),
        port="5432",
        user=str(info["user"]),
        password="",
    )
    library = PostgresDCBRecorderTT(datastore, events_table_name="boutique_events")
    assert whole(library) == whole(recorder)
    query = unless(((), ("hat",))).fail_if_events_match
    assert [found.position for found in library.read(query)] == [1]
    datastore.close()


def test_a_log_without_statistics_is_never_read_from_end_to_end(
    recorder: GroupCommitRecorder, database_url: str
) -> None:
    """The planner knows nothing of small, fresh tables, and keeps the plan it makes for them."""
    many = [event("sold", f"variant:{number}") for number in range(2_000)]
    with psycopg.connect(database_url) as connection:
        adapt(connection)
        # Before autovacuum could look at the tables: all in one transaction.
        for start in range(10):
            group = Group()
            group.add(many, None)
            group.add([event("sold", "x")], unless((("sold",), (f"variant:{start}",)), after=1))
            connection.execute(recorder.sql_append_group, group.arguments(None, 0), prepare=True)
        cursor = connection.execute(
            "SELECT sum(seq_scan) FROM pg_stat_xact_user_tables WHERE relname = ANY (%s)",
            ([recorder.events_table_name, recorder.tags_table_name],),
        )
        assert cursor.fetchone() == (0,)


# ------------------------------------------------------- a late group


async def test_a_group_that_was_taken_back_cannot_be_recorded_late(
    recorder: GroupCommitRecorder, database_url: str
) -> None:
    writer = uuid4()
    group = Group()
    group.add([event("sold")], None)
    async with await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection:
        adapt(connection)
        await connection.execute(recorder.sql_enrol_writer, (writer,))
        for _ in range(2):  # asked twice, the answer is the same
            cursor = await connection.execute(recorder.sql_take_back, (writer, 1))
            assert await cursor.fetchone() == (False, None, None)
        with pytest.raises(psycopg.errors.RaiseException, match="given up"):
            await connection.execute(recorder.sql_append_group, group.arguments(writer, 1))
        await connection.execute(recorder.sql_append_group, group.arguments(writer, 2))
        cursor = await connection.execute(recorder.sql_take_back, (writer, 2))
        recorded = await cursor.fetchone()
        assert recorded is not None
        assert recorded[:2] == (True, None)
    assert len(whole(recorder)) == 1
