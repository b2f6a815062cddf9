"""The statements of group commit: the function that appends a group, and what goes with it."""

from psycopg.sql import SQL

SEPARATOR = "\x1f"
"""Between the tags (or types) of one event (or condition); none of them may contain it."""

LOCK_CLASS = 0x0B0072
"""Of the advisory lock that puts appends in order; the object is the events table."""

TURN_CLASS = 0x0B0073
"""Of the advisory lock of whoever decides alone; nobody needs it to append."""

# Readers trust that nothing appears behind a position they have seen, so positions are given out
# under a lock that is held until the commit. An advisory lock rather than the library's EXCLUSIVE
# lock of the table: autovacuum's ANALYZE would make every writer wait for as much as a second.
# The table's ROW EXCLUSIVE lock, taken first, keeps the library's own appends out meanwhile.
#
# A condition looks for its first tag, and at the events of those it finds: subqueries keep it that
# way round, and sequential scans are off. Without statistics the planner would read the whole log.
APPEND_GROUP = SQL("""
CREATE OR REPLACE FUNCTION {schema}.{append_group}(
    the_writer uuid,
    the_group bigint,
    condition_request int[],
    condition_after bigint[],
    condition_tags text[],
    condition_types text[],
    event_request int[],
    event_type text[],
    event_data bytea[],
    event_tags text[],
    OUT refused int[],
    OUT last_id bigint
) LANGUAGE plpgsql
SET enable_seqscan = off
SET enable_hashjoin = off
SET enable_mergejoin = off
AS $$
DECLARE
    head bigint;
BEGIN
    LOCK TABLE {schema}.{events_table} IN ROW EXCLUSIVE MODE;
    PERFORM pg_advisory_xact_lock({lock_class}, '{schema}.{events_table}'::regclass::oid::int);

    SELECT max(id) INTO head FROM {schema}.{events_table};
    IF head > (SELECT min(a) FROM unnest(condition_after) a) THEN
        SELECT array_agg(DISTINCT c.request) INTO refused
        FROM unnest(condition_request, condition_after, condition_tags, condition_types)
            AS c(request, after, tags, types)
        WHERE CASE WHEN c.tags = '' THEN EXISTS (
            SELECT FROM {schema}.{events_table} e
            WHERE e.id > c.after
                AND (c.types = '' OR e.type = ANY (string_to_array(c.types, {separator})))
        ) ELSE EXISTS (
            SELECT FROM {schema}.{tags_table} t
            WHERE t.tag = split_part(c.tags, {separator}, 1) AND t.main_id > c.after AND (
                SELECT (c.types = '' OR e.type = ANY (string_to_array(c.types, {separator})))
                    AND e.tags @> string_to_array(c.tags, {separator})
                FROM {schema}.{events_table} e WHERE e.id = t.main_id
            )
        ) END;
    END IF;

    WITH inserted AS (
        INSERT INTO {schema}.{events_table} (type, data, tags)
        SELECT e.type, e.data, string_to_array(e.tags, {separator})
        FROM unnest(event_request, event_type, event_data, event_tags)
            WITH ORDINALITY AS e(request, type, data, tags, n)
        WHERE refused IS NULL OR e.request <> ALL (refused)
        ORDER BY e.n
        RETURNING id, tags
    ), tagged AS (
        INSERT INTO {schema}.{tags_table} (tag, main_id)
        SELECT unnest(i.tags), i.id FROM inserted i
    )
    SELECT max(id) INTO last_id FROM inserted;
    IF last_id IS NOT NULL THEN
        NOTIFY {channel};
    END IF;

    IF the_writer IS NOT NULL THEN
        UPDATE {schema}.{writers_table}
        SET group_no = the_group, is_recorded = true, verdict = refused, position = last_id,
            written_at = now()
        WHERE writer = the_writer AND group_no < the_group;
        IF NOT FOUND THEN
            -- Its writer lost the connection, found nothing recorded, and took it back.
            RAISE EXCEPTION 'group % of writer % was given up', the_group, the_writer;
        END IF;
    END IF;
END
$$
""")

# What became of each writer's last group, for a writer that lost its connection on the way.
WRITERS_TABLE = SQL("""
CREATE TABLE IF NOT EXISTS {schema}.{writers_table} (
    writer uuid PRIMARY KEY,
    group_no bigint NOT NULL DEFAULT 0,
    is_recorded boolean NOT NULL DEFAULT false,
    verdict int[],
    position bigint,
    written_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50)
""")

# The lock waits for a transaction that the lost connection may have left behind. From then on the
# group's number is taken, so that it cannot be recorded late.
TAKE_BACK = SQL("""
CREATE OR REPLACE FUNCTION {schema}.{take_back}(
    the_writer uuid, the_group bigint, OUT recorded boolean, OUT refused int[], OUT last_id bigint
) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock({lock_class}, '{schema}.{events_table}'::regclass::oid::int);
    SELECT w.is_recorded, w.verdict, w.position INTO recorded, refused, last_id
    FROM {schema}.{writers_table} w WHERE w.writer = the_writer AND w.group_no = the_group;
    IF NOT FOUND THEN
        recorded := false;
        UPDATE {schema}.{writers_table} SET group_no = the_group, is_recorded = false
        WHERE writer = the_writer;
    END IF;
END
$$
""")

# A tag is written together with its event by one function: checking that again costs a trigger.
# The library's reference names no schema, too, so that it fails outside of the search path.
TAGS_TABLE = SQL("""
CREATE TABLE IF NOT EXISTS {schema}.{tags_table} (
    tag text,
    main_id bigint
)
""")
NO_FOREIGN_KEY = SQL("ALTER TABLE {schema}.{tags_table} DROP CONSTRAINT IF EXISTS {foreign_key}")

# The last column tells whether somebody holds, or waits for, the turn to decide: by then the group
# is recorded, so that nobody is kept from anything.
CALL = SQL(
    "SELECT refused, last_id,"
    " NOT pg_try_advisory_xact_lock_shared("
    "{turn_class}, '{schema}.{events_table}'::regclass::oid::int)"
    " FROM {schema}.{append_group}"
    "(%s, %s, %s::int[], %s::bigint[], %s, %s, %s::int[], %s, %s, %s)"
)
# Any query there can be. The library reads some of them only, and counts an event that two items
# name twice against the limit.
READ = """
SELECT e.* FROM {{schema}}.{{events_table}} e
WHERE {candidates} AND EXISTS (
    SELECT FROM (
        SELECT string_to_array(u.tags, {{separator}}) AS tags,
            string_to_array(u.types, {{separator}}) AS types
        FROM unnest(%(tags)s, %(types)s) AS u(tags, types)
    ) c WHERE (c.types = '{{{{}}}}' OR e.type = ANY (c.types)) AND e.tags @> c.tags
)
ORDER BY e.id LIMIT %(limit)s
"""
READ_ANY = SQL(READ.format(candidates="e.id > %(after)s"))
READ_TAGGED = SQL(
    READ.format(
        candidates="e.id = ANY (ARRAY(SELECT t.main_id FROM {schema}.{tags_table} t"
        " WHERE t.tag = ANY (%(first_tags)s) AND t.main_id > %(after)s))"
    )
)
ENROL = SQL("INSERT INTO {schema}.{writers_table} (writer) VALUES (%s) ON CONFLICT DO NOTHING")
# Only a writer itself knows that it has gone: the row of one that is idle, however long, is the
# number its next group must follow. A killed process leaves its row behind, which does no harm.
FORGET = SQL("DELETE FROM {schema}.{writers_table} WHERE writer = %s")
ASK = SQL("SELECT recorded, refused, last_id FROM {schema}.{take_back}(%s, %s)")
