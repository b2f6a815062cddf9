"""Invariants of stock: no piece is sold or held twice, and what is shown is what is there."""

from adapters.invariant import LOG_WAS_CHANGED, REBUILD_INDEX, Invariant

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        name="stock-is-never-short",
        sentence="At no position are the pieces left, or reserved, of a variant below zero.",
        remedy="Receive the missing pieces, or cancel the purchases they were sold to. "
        + LOG_WAS_CHANGED,
        # The frame takes in all lines of one position: what a purchase takes out of a reservation
        # comes back into the stock and leaves it in one event.
        sql="""
        SELECT variant_id, min(position) AS position, min(pieces_left) AS pieces_left,
            min(pieces_reserved) AS pieces_reserved
        FROM (
            SELECT variant_id, position, sum(left_by) OVER moment AS pieces_left,
                sum(reserved_by) OVER moment AS pieces_reserved
            FROM audited_line WINDOW moment AS (PARTITION BY variant_id ORDER BY position)
        ) AS moments
        WHERE pieces_left < 0 OR pieces_reserved < 0
        GROUP BY variant_id
        """,
    ),
    Invariant(
        name="stock-is-shown-as-recorded",
        sentence="The index shows as many pieces left as the log has at the same position.",
        remedy=REBUILD_INDEX,
        reads=("indexed_variant",),
        sql="""
        WITH stand AS (SELECT position AS at FROM projection_position
            WHERE name = 'commodity_index'),
        log AS (
            SELECT variant_id, sum(left_by) AS pieces_left FROM audited_line, stand
            WHERE position <= at GROUP BY variant_id
        )
        SELECT variant_id, at AS position, coalesce(pieces_left, 0) AS left_in_log,
            left_in_stock AS left_shown
        FROM log FULL JOIN indexed_variant USING (variant_id) CROSS JOIN stand
        WHERE coalesce(pieces_left, 0) IS DISTINCT FROM left_in_stock
        """,
    ),
    Invariant(
        name="reservations-end-once",
        sentence="A reservation is released, expires or is purchased, and that once.",
        remedy=LOG_WAS_CHANGED,
        # What a purchase leaves of a reservation is released right before it, in one decision.
        sql="""
        SELECT reservation_id, max(position) AS position, count(*) AS ends
        FROM (
            SELECT reservation_id, position,
                topic = 'reservation-released'
                    AND lead(topic) OVER ends = 'purchase-placed'
                    AND lead(position) OVER ends = position + 1 AS is_left_over
            FROM audited_event
            WHERE reservation_id IS NOT NULL AND topic <> 'stock-reserved'
            WINDOW ends AS (PARTITION BY reservation_id ORDER BY position)
        ) AS ending
        WHERE is_left_over IS NOT TRUE
        GROUP BY reservation_id HAVING count(*) > 1
        """,
    ),
    Invariant(
        name="reservations-give-back-what-they-hold",
        sentence="Out of a reservation come the pieces that went in: none twice, and none stays.",
        remedy=LOG_WAS_CHANGED,
        sql="""
        SELECT reservation_id, variant_id, max(position) AS position,
            sum(reserved_by) AS pieces_held
        FROM audited_line WHERE reserved_by <> 0
        GROUP BY reservation_id, variant_id
        HAVING sum(reserved_by) < 0 OR sum(reserved_by) <> 0 AND reservation_id IN (
            SELECT reservation_id FROM audited_event
            WHERE reservation_id IS NOT NULL AND topic <> 'stock-reserved')
        """,
    ),
)
