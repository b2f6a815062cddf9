"""Invariants of money and of the order in which a purchase goes.

They ask three temporary tables, which are filled from the log once: JSON is read once for all of
them. What an event does to the stock is said here a second time, on purpose: a mistake in
``domain.stock`` must not hide itself.
"""

from typing import LiteralString

from adapters.invariant import LOG_WAS_CHANGED, REBUILD_PURCHASES, Invariant

TABLES: LiteralString = """
CREATE TEMPORARY TABLE audited_event (
    position bigint, topic text, purchase_id uuid, reservation_id uuid, refund_id uuid,
    minor bigint, currency text
);
CREATE TEMPORARY TABLE audited_line (
    position bigint, topic text, purchase_id uuid, reservation_id uuid, variant_id uuid,
    worth_minor bigint, left_by integer, reserved_by integer
);
CREATE TEMPORARY TABLE audited_purchase (
    purchase_id uuid, first_at bigint, currency text, lines_minor bigint, returned_minor bigint,
    placed int, placed_at bigint, authorised int, authorised_at bigint,
    captured int, captured_at bigint, captured_minor bigint, declined int, declined_at bigint,
    cancelled int, cancelled_at bigint, voided int, voided_at bigint,
    returned int, returned_at bigint, granted_at bigint, granted_minor bigint,
    paid_at bigint, paid_minor bigint
);
"""

# OFFSET 0 keeps PostgreSQL from reading the JSON anew for every field.
READ_LOG: LiteralString = """
WITH parsed AS MATERIALIZED (
    SELECT id, type, convert_from(data, 'UTF8')::jsonb AS said FROM boutique_events_tt_main
    WHERE id > %s AND id <= %s AND type IN (
        'stock-received', 'stock-reserved', 'reservation-released', 'reservation-expired',
        'purchase-placed', 'payment-authorised', 'payment-captured', 'payment-declined',
        'purchase-cancelled', 'payment-voided', 'pieces-returned', 'refund-granted',
        'payment-refunded')
    OFFSET 0
), events AS (
    INSERT INTO audited_event
    SELECT id, type, (said ->> 'purchase_id')::uuid, (said ->> 'reservation_id')::uuid,
        (said ->> 'refund_id')::uuid,
        coalesce(said ->> 'total_minor', said ->> 'amount_minor')::bigint, said ->> 'currency'
    FROM parsed WHERE type <> 'stock-received'
)
INSERT INTO audited_line
SELECT id, type, (said ->> 'purchase_id')::uuid, (said ->> 'reservation_id')::uuid,
    (line ->> 'variant_id')::uuid,
    (line ->> 'price_minor')::bigint * (line ->> 'quantity')::bigint,
    (line ->> 'quantity')::integer * CASE
        WHEN is_held THEN 1
        WHEN type IN ('stock-reserved', 'purchase-placed') THEN -1
        ELSE 1 END,
    (line ->> 'quantity')::integer * CASE
        WHEN is_held OR type IN ('reservation-released', 'reservation-expired') THEN -1
        WHEN type = 'stock-reserved' THEN 1
        ELSE 0 END
FROM parsed CROSS JOIN LATERAL (
    SELECT line, false AS is_held FROM jsonb_array_elements(said -> 'lines') AS line
    UNION ALL SELECT line, true FROM jsonb_array_elements(said -> 'from_reservation') AS line
    UNION ALL SELECT said, false WHERE type = 'stock-received'
) AS lines
WHERE type NOT IN ('payment-authorised', 'payment-captured', 'payment-voided')
"""

FOLD_PURCHASES: LiteralString = """
INSERT INTO audited_purchase
SELECT purchase_id, min(position), min(currency) FILTER (WHERE topic = 'purchase-placed'),
    coalesce(lines_minor, 0), coalesce(returned_minor, 0),
    count(*) FILTER (WHERE topic = 'purchase-placed'),
    min(position) FILTER (WHERE topic = 'purchase-placed'),
    count(*) FILTER (WHERE topic = 'payment-authorised'),
    min(position) FILTER (WHERE topic = 'payment-authorised'),
    count(*) FILTER (WHERE topic = 'payment-captured'),
    min(position) FILTER (WHERE topic = 'payment-captured'),
    coalesce(sum(minor) FILTER (WHERE topic = 'payment-captured'), 0),
    count(*) FILTER (WHERE topic = 'payment-declined'),
    min(position) FILTER (WHERE topic = 'payment-declined'),
    count(*) FILTER (WHERE topic = 'purchase-cancelled'),
    min(position) FILTER (WHERE topic = 'purchase-cancelled'),
    count(*) FILTER (WHERE topic = 'payment-voided'),
    min(position) FILTER (WHERE topic = 'payment-voided'),
    count(*) FILTER (WHERE topic = 'pieces-returned'),
    min(position) FILTER (WHERE topic = 'pieces-returned'),
    min(position) FILTER (WHERE topic = 'refund-granted'),
    coalesce(sum(minor) FILTER (WHERE topic = 'refund-granted'), 0),
    min(position) FILTER (WHERE topic = 'payment-refunded'),
    coalesce(sum(minor) FILTER (WHERE topic = 'payment-refunded'), 0)
FROM audited_event LEFT JOIN (
    SELECT purchase_id, sum(worth_minor) FILTER (WHERE topic = 'purchase-placed') AS lines_minor,
        sum(worth_minor) FILTER (WHERE topic = 'pieces-returned') AS returned_minor
    FROM audited_line GROUP BY purchase_id
) AS worth USING (purchase_id)
WHERE purchase_id IS NOT NULL
GROUP BY purchase_id, lines_minor, returned_minor
"""

# By purchase rather than one sum for each currency: if every row agrees then so do the sums, and
# if one does not then it is named.
_SHOWN: LiteralString = """
WITH stand AS (SELECT position AS at FROM projection_position WHERE name = 'purchased_commodities'),
log AS (
    SELECT purchase_id, lines_minor AS minor, currency, CASE
        WHEN cancelled_at <= at THEN 'cancelled' WHEN captured_at <= at THEN 'captured'
        WHEN declined_at <= at THEN 'declined' ELSE 'placed' END AS state
    FROM audited_purchase, stand WHERE placed_at <= at
), shown AS (
    SELECT purchase_id, total_minor AS minor, currency, state, (
        SELECT sum(price_minor * quantity) FROM recorded_purchase_line l
        WHERE l.purchase_id = p.purchase_id) AS lines_minor
    FROM recorded_purchase p
)
SELECT purchase_id, at AS position, log.state AS state_in_log, shown.state AS state_shown,
    log.minor AS minor_in_log, shown.minor AS minor_shown, shown.lines_minor AS lines_minor_shown,
    log.currency AS currency_in_log, shown.currency AS currency_shown
FROM log FULL JOIN shown USING (purchase_id) CROSS JOIN stand
WHERE (log.state, log.minor, log.minor, log.currency)
    IS DISTINCT FROM (shown.state, shown.minor, shown.lines_minor, shown.currency)
"""

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        name="money-taken-is-what-was-bought",
        sentence="A purchase costs, and its payment takes, what its lines add up to.",
        remedy=LOG_WAS_CHANGED,
        sql="""
        SELECT purchase_id, position, topic, minor, lines_minor, e.currency
        FROM audited_event e JOIN audited_purchase p USING (purchase_id)
        WHERE topic IN ('purchase-placed', 'payment-captured') AND placed = 1
            AND (minor, e.currency) IS DISTINCT FROM (lines_minor, p.currency)
        """,
    ),
    Invariant(
        name="money-is-settled-once",
        sentence="A payment is captured, declined or voided, and that once.",
        remedy="Compare with the payment provider, and give back what was taken twice. "
        + LOG_WAS_CHANGED,
        sql="""
        SELECT purchase_id, captured, captured_at, declined, declined_at, voided, voided_at
        FROM audited_purchase WHERE captured + declined + voided > 1
        """,
    ),
    Invariant(
        name="money-is-authorised-first",
        sentence="Nothing is captured that was not authorised.",
        remedy="Look the payment up at the payment provider. " + LOG_WAS_CHANGED,
        sql="""
        SELECT purchase_id, captured_at AS position FROM audited_purchase
        WHERE captured > 0 AND authorised = 0
        """,
    ),
    Invariant(
        name="money-back-is-owed",
        sentence="Refunds paid ≤ granted ≤ worth of the pieces that came back ≤ captured.",
        remedy="Compare with the refunds at the payment provider. " + LOG_WAS_CHANGED,
        sql="""
        SELECT purchase_id, granted_at, paid_at, paid_minor, granted_minor, back_minor,
            captured_minor
        FROM audited_purchase CROSS JOIN LATERAL (
            SELECT CASE WHEN captured = 0 THEN 0 WHEN cancelled > 0 THEN lines_minor
                ELSE returned_minor END AS back_minor
        ) AS worth
        WHERE paid_minor > granted_minor OR granted_minor > back_minor
            OR back_minor > captured_minor
        """,
    ),
    Invariant(
        name="money-back-is-granted-first",
        sentence="A refund is paid once, after it was granted, with the same amount.",
        remedy="Compare with the refunds at the payment provider. " + LOG_WAS_CHANGED,
        sql="""
        SELECT refund_id, purchase_id, min(position) AS position,
            count(*) FILTER (WHERE topic = 'refund-granted') AS granted,
            count(*) FILTER (WHERE topic = 'payment-refunded') AS paid
        FROM audited_event WHERE refund_id IS NOT NULL GROUP BY refund_id, purchase_id
        HAVING count(*) FILTER (WHERE topic = 'refund-granted') <> 1
            OR count(*) FILTER (WHERE topic = 'payment-refunded') > 1
            OR count(DISTINCT (minor, currency)) > 1
            OR min(position) FILTER (WHERE topic = 'refund-granted')
                > min(position) FILTER (WHERE topic = 'payment-refunded')
        """,
    ),
    Invariant(
        name="money-is-shown-as-recorded",
        sentence="The wardrobe shows every purchase with the state and the total of the log.",
        remedy=REBUILD_PURCHASES,
        sql=_SHOWN,
        reads=("recorded_purchase", "recorded_purchase_line"),
    ),
    Invariant(
        name="purchases-go-in-order",
        sentence="A purchase is placed once and first; then authorised, captured, returned.",
        remedy=LOG_WAS_CHANGED,
        sql="""
        SELECT purchase_id, first_at AS position, CASE
            WHEN placed = 0 THEN 'never placed'
            WHEN placed > 1 THEN 'placed again'
            WHEN placed_at > first_at THEN 'something came before it was placed'
            WHEN authorised_at > least(captured_at, declined_at, voided_at)
                THEN 'authorised after it was settled'
            WHEN cancelled_at > captured_at THEN 'cancelled after it was captured'
            WHEN declined_at > cancelled_at THEN 'declined after it was cancelled'
            WHEN cancelled_at > declined_at THEN 'cancelled after it was declined'
            WHEN voided > 0 AND cancelled = 0 THEN 'voided and never cancelled'
            WHEN cancelled_at > voided_at THEN 'cancelled after it was voided'
            WHEN returned > 0 AND cancelled > 0 THEN 'returned and cancelled'
            WHEN returned > 0 AND captured = 0 THEN 'returned and never captured'
            WHEN captured_at > returned_at THEN 'captured after pieces came back'
            WHEN captured_at > granted_at THEN 'captured after a refund was granted'
            END AS wrong
        FROM audited_purchase
        WHERE placed <> 1 OR placed_at > first_at
            OR authorised_at > least(captured_at, declined_at, voided_at)
            OR cancelled_at > captured_at OR declined_at > cancelled_at
            OR cancelled_at > declined_at OR voided > 0 AND cancelled = 0
            OR cancelled_at > voided_at OR returned > 0 AND cancelled > 0
            OR returned > 0 AND captured = 0 OR captured_at > returned_at
            OR captured_at > granted_at
        """,
    ),
)
