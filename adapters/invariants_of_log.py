"""Invariants of the log itself: keys of requests, tags, order, and whether it can be read."""

from adapters.invariant import LOG_WAS_CHANGED, Invariant

KNOWN = Invariant(
    name="events-are-known",
    sentence="This program knows the topic and the version of every event.",
    remedy="A newer boutique wrote them: upgrade this one.",
    sql="",
)
READABLE = Invariant(
    name="events-are-readable",
    sentence="Every event can be read; a sample of them is, and all of them with --deep.",
    remedy=LOG_WAS_CHANGED,
    sql="",
)

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        name="requests-act-once",
        sentence="The events of one idempotency key were appended together.",
        remedy="A request was carried out twice: undo what the later events did. "
        + LOG_WAS_CHANGED,
        sql="""
        SELECT tag, min(main_id) AS position, max(main_id) AS last_position, count(*) AS events
        FROM boutique_events_tt_tag WHERE starts_with(tag, 'idempotency:')
        GROUP BY tag HAVING max(main_id) - min(main_id) + 1 <> count(*)
        """,
    ),
    Invariant(
        name="requests-have-one-fingerprint",
        sentence="An event with an idempotency key has one key and one fingerprint.",
        remedy=LOG_WAS_CHANGED,
        sql="""
        SELECT main_id AS position, count(*) FILTER (WHERE starts_with(tag, 'request:'))
            AS fingerprints, min(tag) FILTER (WHERE starts_with(tag, 'idempotency:')) AS tag
        FROM boutique_events_tt_tag
        WHERE starts_with(tag, 'idempotency:') OR starts_with(tag, 'request:')
        GROUP BY main_id
        HAVING count(*) <> 2 OR count(*) FILTER (WHERE starts_with(tag, 'request:')) <> 1
        """,
    ),
    Invariant(
        name="tags-are-those-of-events",
        sentence="Every tag of an event has its row, and every row its event.",
        remedy="Decisions miss facts until this is mended: close the boutique, and fill "
        "boutique_events_tt_tag anew from the tags of boutique_events_tt_main.",
        # Two sums that do not depend on the order tell for the price of two scans that all is
        # well. Only if they differ is row compared with row.
        sql="""
        WITH rows_sum AS MATERIALIZED (
            SELECT count(*) AS n, bit_xor(hashtextextended(tag, main_id)) AS digest
            FROM boutique_events_tt_tag
        ), events_sum AS MATERIALIZED (
            SELECT count(*) AS n, bit_xor(hashtextextended(tag, id)) AS digest
            FROM boutique_events_tt_main CROSS JOIN LATERAL unnest(tags) AS tag
        )
        SELECT position, tag, coalesce(of_event, 0) AS in_event, coalesce(of_row, 0) AS in_rows
        FROM (
            SELECT id AS position, tag, count(*) AS of_event
            FROM boutique_events_tt_main CROSS JOIN LATERAL unnest(tags) AS tag GROUP BY 1, 2
        ) AS event FULL JOIN (
            SELECT main_id AS position, tag, count(*) AS of_row
            FROM boutique_events_tt_tag GROUP BY 1, 2
        ) AS tag_row USING (position, tag)
        WHERE (SELECT (n, digest) FROM rows_sum) IS DISTINCT FROM
                (SELECT (n, digest) FROM events_sum)
            AND of_event IS DISTINCT FROM of_row
        """,
    ),
    Invariant(
        name="time-goes-on",
        sentence="No event is more than a minute older than the one before it.",
        remedy="Set the clocks of all machines that serve the boutique (NTP).",
        is_warning=True,
        # The time is the first field of every event, so that no JSON need be read. Written in one
        # way, its order is nearly that of text, so that few need be read as times.
        sql="""
        SELECT position, recorded_at, before FROM (
            SELECT position, recorded_at, lag(recorded_at) OVER (ORDER BY position) AS before
            FROM (
                SELECT id AS position, split_part(
                    encode(substr(data, 1, 64), 'escape'), '"', 6) COLLATE "C" AS recorded_at
                FROM boutique_events_tt_main
            ) AS clock
        ) AS clocks
        WHERE CASE WHEN recorded_at < before
            THEN recorded_at::timestamptz < before::timestamptz - interval '1 minute'
            ELSE false END
        """,
    ),
    Invariant(
        name="projections-follow-the-log",
        sentence="No projection has come further than the log.",
        remedy="The log was restored without its read models. Run for each of them: "
        "boutique project --rebuild NAME",
        sql="""
        SELECT name, position, head
        FROM projection_position, (
            SELECT coalesce(max(id), 0) AS head FROM boutique_events_tt_main) AS log
        WHERE position > head
        """,
    ),
    Invariant(
        name="memory-follows-the-log",
        sentence="No writer, and no saved fact, knows of more than the log holds.",
        remedy="The log was restored without them. Close the boutique, then: "
        "TRUNCATE saved_fact, boutique_events_tt_main_writer",
        sql="""
        SELECT what, name, position, head
        FROM (
            SELECT 'writer' AS what, writer::text AS name, position
            FROM boutique_events_tt_main_writer
            UNION ALL SELECT 'fact', kind || ' of ' || tag, position FROM saved_fact
        ) AS memory, (SELECT coalesce(max(id), 0) AS head FROM boutique_events_tt_main) AS log
        WHERE position > head
        """,
    ),
)
