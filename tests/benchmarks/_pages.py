"""What is published of a benchmark: what was measured how, which goals it has, and one chart."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from imaging.garment import GARMENT_TYPES
from tests.benchmarks._confusion import Confusion
from tests.benchmarks._drawing import Chart, Line, Lines, Pairs


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A figure is to be at least or at most as much."""

    least: float | None = None
    most: float | None = None

    def is_reached(self, value: float) -> bool:
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )

    def __str__(self) -> str:
        return f"≥ {self.least:g}" if self.most is None else f"≤ {self.most:g}"


@dataclass(frozen=True, kw_only=True)
class Page:
    title: str
    about: str
    reading: str = ""  # what the figures say, and why a goal is not reached
    goals: Mapping[str, Goal] = field(default_factory=dict[str, Goal])
    chart: Chart | Confusion | None = None


_CALLERS = ("1", "8", "32", "128")
_SHOPPERS = ("1", "32", "128", "512")

PAGES: Mapping[str, Page] = {
    "terminal": Page(
        title="The terminal",
        about=(
            "Terminal mode in Debian's Chromium, headless, 1440 by 900, without a graphics "
            "processor, on a boutique of its own on the same machine, over plain HTTP. "
            "`own_js_gzip_kb` is what the page loads to open (up to the passcode), "
            "`own_js_screen_gzip_kb` what is there once the coordination screen stands, and "
            "`own_js_all_gzip_kb` all of it with drawing and the worker that cuts out, without "
            "the library that runs the networks; each file is compressed by itself, as it is "
            "sent. `css_gzip_kb` is the coordination screen's, `terminal_css_gzip_kb` what the "
            "program's page loads to open, `terminal_css_screen_gzip_kb` what is there once its "
            "coordination screen stands, and `terminal_css_all_gzip_kb` all with dialogs and the "
            "adding of a photograph. `page_kb_before_photo` is all that a new visitor "
            "transfers, type faces included, until a photograph can be chosen; keeping the "
            "program for offline use, 18 MB, goes on behind it and is not counted. `lcp_ms` and "
            "`cls` are medians of five openings on new devices, `inp_ms` is the 98th percentile of "
            "what the browser timed for clicks and keys. A swap goes from the click on another "
            "commodity of the same type to the frame after it is drawn, with its pictures on the "
            "device; `swap_first_p95_ms` is the first time each is worn. `drag_p50_ms` is the time "
            "between frames while a piece is moved, `drag_work_p50_ms` what of a frame had passed "
            "when it was drawn, and `still_p50_ms` the baseline: frames in which nothing moves. "
            "Extraction is of a photograph of 1 megapixel, from choosing the file to the cut-out "
            "on the screen: cold with the worker and the networks to be opened, warm again. Its "
            "baseline is the server's own extraction of the same file on one thread. "
            "`main_thread_gap_ms` is the longest time for which the page heard nothing meanwhile, "
            "the median of all extractions."
        ),
        reading=(
            "Sizes do not depend on the machine; times do (see the load). Cutting out takes longer "
            "than on the server: WebAssembly runs the networks, and what OpenCV does there with "
            "many numbers at once, scripts do one by one. A frame of a drag is painted by the "
            "processor: what slides keeps its shadow, and only pixels that are not bare are "
            "touched."
        ),
        chart=Pairs(
            title="Beside what it is compared with in the same run",
            x_axis="milliseconds",
            first="baseline",
            second="terminal",
            rows=(
                ("a frame", "still_p50_ms", "drag_p50_ms", "drag_to_still"),
                ("extraction", "extract_server_ms", "extract_warm_ms", "warm_to_server"),
            ),
        ),
        goals={
            "own_js_gzip_kb": Goal(most=20),
            "css_gzip_kb": Goal(most=8),
            "terminal_css_gzip_kb": Goal(most=8),
            "page_kb_before_photo": Goal(most=400),
            "lcp_ms": Goal(most=1500),
            "cls": Goal(most=0.01),
            "inp_ms": Goal(most=100),
            "swap_p95_ms": Goal(most=100),
            "drag_p50_ms": Goal(most=16.7),
            "extract_warm_ms": Goal(most=1000),
            "extract_cold_ms": Goal(most=5000),
            "main_thread_gap_ms": Goal(most=100),
        },
    ),
    "coordination": Page(
        title="Garments on bodies",
        about=(
            "Every garment of the drawn catalogue is fitted on every drawn figure and, where "
            "sample data are given, on every person of its photographs. `folded_triangles` counts "
            "the cells of the warps that turn over where something visible is drawn, "
            "`warps_relaxed_percent` the warps that were drawn back towards a similarity for "
            "it. `photographs_with_an_obstacle` counts those whose posture or clothes are refused, "
            "with advice, for a look on the own body; their heads are shown on a drawn body "
            "instead. `pair_iou_mean` is the overlap of a garment drawn on the person who wears "
            "exactly that garment with the place a published parse gives it: the garment is cut "
            "out and its landmarks are found by the program, with nothing corrected by hand. "
            "Times are medians of five rounds on the first figure, 750 by 1536 pixels, one thread."
        ),
        reading=(
            "There is one pair with a parse, 192 pixels wide and cut off at the forehead and the "
            "thighs, so that the overlap says how a picture fares that the shop advises against, "
            "not how garments fit in general."
        ),
        goals={"folded_triangles": Goal(most=0), "pair_iou_mean": Goal(least=0.88)},
        chart=Pairs(
            title="A look, for the first time and with its layers remembered",
            x_axis="milliseconds",
            first="first time",
            second="remembered",
            rows=tuple(
                (label, f"{name}_first_ms", f"{name}_ms", f"{name}_times")
                for label, name in (("one garment", "one_garment"), ("five", "five_garments"))
            ),
        ),
    ),
    "append": Page(
        title="Conditional appends",
        about=(
            "Each append records one event of about 300 bytes under the condition that no event "
            "of a type with its tags was recorded since the beginning of the log; tags are random "
            "and distinct, and there are as many conditions as tags. *Ours* is `GroupWriter`: "
            "asyncio tasks in one process, one connection. *Raw* is `pgbench`, a C program, as "
            "many prepared connections each committing a bare `INSERT` of the same event into a "
            "table like that of the log, without conditions and without tags to index. *Library* "
            "is `PostgresDCBRecorderTT` by as many threads and connections; *ours by threads* is "
            "`GroupCommitRecorder.append`, a blocking call that commits alone. All run in turns in "
            "five rounds on the same embedded PostgreSQL with `fsync` on, each round in a new "
            "database and every other one backwards; rates are medians, ratios are medians of the "
            "rounds' ratios. `cpu_us_per_append` is what Linux counts for the whole client process "
            "(its 128 tasks included) and its backend at 128 callers and one tag. Where other work "
            "shares the machine (see the load), rates fall and ratios scatter by a fifth."
        ),
        reading=(
            "Callers share what a group costs: one caller alone pays about half a millisecond of "
            "processor time (half of it Python, half a function call with its lock, `NOTIFY` and "
            "the writer's own row), where pgbench pays for an `INSERT`; at 32 callers that is "
            "made up for. At 128 callers some 12 µs an append are the client's, part of them for "
            "the benchmark's own tasks, and 18 to 20 µs PostgreSQL's: an event, its tag, the two "
            "indexes, their write-ahead log, and the look-up of the condition. Several processes "
            "do not append faster than one, because all appends are put in one order; and threads "
            "that block are no faster than the library's, because each commits alone."
        ),
        goals={
            "ratio_to_raw_32": Goal(least=1.0),
            "ratio_to_raw_128": Goal(least=1.2),
            "ratio_to_library_1": Goal(least=1.0),
            "ratio_to_library_32": Goal(least=25),
            "ratio_to_library_128": Goal(least=50),
            "cpu_us_per_append": Goal(most=30),
        },
        chart=Lines(
            title="Appends, one event each, every one durable",
            x_axis="callers at the same time",
            y_axis="appends per second",
            steps=_CALLERS,
            lines=(
                Line(
                    label="ours, 1 condition",
                    look="ours",
                    points={n: f"ours_{n}_callers_1_tags_per_second" for n in _CALLERS},
                ),
                Line(
                    label="ours, 5 conditions",
                    look="ours",
                    points={n: f"ours_{n}_callers_5_tags_per_second" for n in _CALLERS},
                    is_dashed=True,
                ),
                Line(
                    label="raw INSERT (pgbench)",
                    look="raw",
                    points={n: f"raw_insert_{n}_clients_per_second" for n in _CALLERS},
                ),
                Line(
                    label="library, 1 condition",
                    look="library",
                    points={n: f"library_{n}_threads_per_second" for n in ("1", "32", "128")},
                ),
            ),
        ),
    ),
    "decide": Page(
        title="Purchases",
        about=(
            "A purchase buys two pieces of two different variants out of 2,000, of a look its "
            "shopper has confirmed: six facts, one event with seven or so tags. *Ours* is "
            "`GroupDecider` with the offers and stocks of all variants in memory, as it has them "
            "after a while; purchases and looks are new each time and read. *Library* is the same "
            "decisions in the library's slices (`tests/slices.py`) on its own recorder, by as many "
            "threads as shoppers over 32 connections, each again until nobody has come between. "
            "*Hot* is 240 purchases by 32 shoppers of one variant of which there are 160, the same "
            "for both; the library reads its whole history for each, so that this ratio grows with "
            "the units (46 at 80, 166 at 300, in earlier runs). Every contender works on a copy of "
            "the same prepared log, on an embedded PostgreSQL with `fsync` on, in five rounds in "
            "turns, every other one backwards; rates are medians, ratios are medians of the "
            "rounds' ratios. `retries` counts groups that were decided again, in one process; "
            "`oversold` counts pieces sold without being there, summed over every log of the run. "
            "Several processes share 128 shoppers; the polite ones take the advisory lock where "
            "others write."
        ),
        reading=(
            "By profile, three tenths of the client's processor time go to reading what a new "
            "purchase and its look are about, two to writing its event down and folding it into "
            "facts, one to the decision itself, and one to sending; a quarter of all is "
            "PostgreSQL's. The goals of 20 and 40 times were set on a prototype whose orders "
            "needed three facts, not six, and had no look; they are not reached. To decide a group "
            "while the one before is on its way was tried: it takes two groups of half the size, "
            "and a third more processor time at 32 shoppers. "
            "On a hot variant, where the library reads its history and starts again, the distance "
            "is larger. Processes do not add up: commands are decided in one order, too."
        ),
        goals={
            "ratio_to_library_32": Goal(least=20),
            "ratio_to_library_512": Goal(least=40),
            "ratio_to_library_hot": Goal(least=70),
            "retries": Goal(most=0),
            "oversold": Goal(most=0),
        },
        chart=Lines(
            title="Purchases of two pieces, every one durable",
            x_axis="shoppers at the same time",
            y_axis="purchases per second",
            steps=_SHOPPERS,
            lines=(
                Line(
                    label="ours",
                    look="ours",
                    points={n: f"purchases_per_second_{n}" for n in _SHOPPERS},
                ),
                Line(
                    label="library's slices",
                    look="library",
                    points={n: f"purchases_per_second_library_{n}" for n in ("32", "512")},
                ),
                Line(
                    label="ours, one hot variant",
                    look="other",
                    points={"32": "purchases_per_second_hot"},
                ),
                Line(
                    label="library, one hot variant",
                    look="raw",
                    points={"32": "purchases_per_second_library_hot"},
                ),
            ),
        ),
    ),
    "classification": Page(
        title="Type, design and colour of a commodity's image",
        about=(
            "The photographs of `validation/` of the small clothing data set (CC0), 320 pixels on "
            "the long side, as people take them at home. The committed files have learned nothing "
            "from them; only how sure the network may be was set on them. Types are the data "
            "set's folders. Design and main colour were named by one person, of some of the "
            "photographs; those that the program learned from were named by another. `colour` is "
            "the name of the largest share; a *neighbour* is a name that two people give to one "
            "garment, as navy and black. Times are medians on one thread, from decoded pixels: "
            "`ms_median` with cutting out and with the nearer look, `network_ms_median` for one "
            "look of the network alone, at the image and at its mirror image. `type_sure_a_to_b` "
            "is how many were right of those whose type was said with a confidence in between."
        ),
        reading=(
            "Where the type is said with 0.7 or more, 96 of 100 are right; the others, one in "
            "nine, wait for the seller's look, and of these fewer than half are right. Shirts, "
            "longsleeves and outerwear are taken for each other, and dresses for any of them. "
            "Design "
            "misses its goal by two photographs in a hundred. Colours "
            "miss theirs where a garment has several, where one is pale, and where the cut-out "
            "took the wrong side. The machine was crowded while times were taken, several times "
            "more than before: they say nothing."
        ),
        goals={
            "type": Goal(least=0.9),
            "design": Goal(least=0.9),
            "colour": Goal(least=0.8),
            "colour_or_neighbour": Goal(least=0.96),
        },
        chart=Confusion(title="What photographs of each type were taken for", names=GARMENT_TYPES),
    ),
    "growth": Page(
        title="Growth of the log",
        about=(
            "The same work on a log of ten thousand events and on one of a million, of which a "
            "hundred thousand are of one variant, the *hot* one; both on the same embedded "
            "PostgreSQL with `fsync` on, in turns, five rounds, medians. Processor time is that of "
            "the client and its backends: of 640 appends or 128 purchases at 64 abreast, where the "
            "fixed costs of a group are shared and growth would show most, otherwise of calls one "
            "after the other; milliseconds are medians of single calls. An append has two "
            "conditions on the whole log. A purchase buys three pieces: warm, with its offers and "
            "stocks in memory; cold, by a process that has heard of none of them. A fact is a "
            "variant's stock, read by a process that has not asked for it before. The hot tag is "
            "compared with ordinary ones of the long log. What does grow is the hot fact where "
            "nobody has saved it (`fact_hot_unsaved`): it is folded from all its events, once "
            "after each change of the domain's code; from then on it is saved and followed."
        ),
        goals={
            name: Goal(most=1.2)
            for name in (
                "append_ratio_1e6_to_1e4",
                "purchase_ratio_1e6_to_1e4",
                "cold_purchase_ratio_1e6_to_1e4",
                "cold_fact_ratio_1e6_to_1e4",
                "hot_tag_ratio",
                "hot_tag_append_ratio",
            )
        },
        chart=Pairs(
            title="What a hundred times longer a log costs",
            x_axis="processor time of client and PostgreSQL, µs a call",
            first="10,000 events (or an ordinary tag)",
            second="1,000,000 events (or the hot tag)",
            rows=(
                ("append", "append_1e4_cpu_us", "append_1e6_cpu_us", "append_ratio_1e6_to_1e4"),
                (
                    "purchase, warm",
                    "purchase_1e4_cpu_us",
                    "purchase_1e6_cpu_us",
                    "purchase_ratio_1e6_to_1e4",
                ),
                (
                    "purchase, cold",
                    "purchase_cold_1e4_cpu_us",
                    "purchase_cold_1e6_cpu_us",
                    "cold_purchase_ratio_1e6_to_1e4",
                ),
                (
                    "fact, cold",
                    "fact_cold_1e4_cpu_us",
                    "fact_cold_1e6_cpu_us",
                    "cold_fact_ratio_1e6_to_1e4",
                ),
                (
                    "append to the hot tag",
                    "append_cool_cpu_us",
                    "append_hot_cpu_us",
                    "hot_tag_append_ratio",
                ),
                (
                    "purchase of the hot variant",
                    "purchase_1e6_cpu_us",
                    "purchase_hot_cpu_us",
                    "hot_tag_ratio",
                ),
            ),
        ),
    ),
    "purchase": Page(
        title="A purchase over HTTP",
        about=(
            "One shopper's `POST /api/v1/purchases` of a confirmed look of three pieces, with an "
            "`Idempotency-Key`, to the paid answer: session, account, decision, payment by the "
            "demonstration's provider (which costs nothing), projections, and the answer kept. "
            "The boutique runs as `boutique serve` in a process of its own on an embedded "
            "PostgreSQL with `fsync` on; 1, 8 and 32 shoppers buy one after the other over "
            "connections that stay open. Processor time is what Linux counts for that process and "
            "for all of PostgreSQL's, divided by the purchases; figures are medians of three "
            "rounds, which differ by a fifth on a shared machine. `statements` are all that "
            "PostgreSQL writes down for twenty purchases one after the other, those of the "
            "projections included. The bare transaction takes three pieces and writes one row."
        ),
        reading=(
            "Shoppers at the same time share what a group decides, appends and projects. Most of "
            "the processor time is Python's: the HTTP framework, and some two tenths of a "
            "millisecond for every statement."
        ),
        goals={
            "cpu_ms_32": Goal(most=4),
            "statements": Goal(most=12),
        },
        chart=Lines(
            title="What a purchase costs",
            x_axis="shoppers at the same time",
            y_axis="processor time, ms a purchase",
            steps=("1", "8", "32"),
            lines=(
                Line(
                    label="boutique and PostgreSQL",
                    look="ours",
                    points={n: f"cpu_ms_{n}" for n in ("1", "8", "32")},
                ),
                Line(
                    label="boutique alone",
                    look="other",
                    points={n: f"cpu_application_ms_{n}" for n in ("1", "8", "32")},
                    is_dashed=True,
                ),
            ),
        ),
    ),
    "composite": Page(
        title="Five garments on a person",
        about=(
            "A drawn mannequin in a picture of 768 by 1024 pixels wears a coat, a shirt, trousers, "
            "sneakers and a scarf, eleven parts in all, with the warps that the boutique fits. "
            "Timed is what is left when a garment's pixels and its warp are known: each part is "
            "drawn in its box (`cv2.remap` with fixed-point maps, premultiplied), each garment's "
            "contact shadow is found and cast, and each part is laid over what is beneath it. "
            "*Pillow* does the same on layers as large as the picture, as its manual has it "
            "(`transform` with a mesh of 32 pixels, box blurs, `alpha_composite`); *Pillow in "
            "boxes* has the very boxes we work in, which it does not find by itself. Both pictures "
            "are compared before they are timed. `memcpy` copies as many bytes as the layers "
            "cannot do without: source and map read, what is beneath read and written. All are "
            "processor time of one thread, the quickest of five runs in each of fifteen rounds, in "
            "turns; figures are medians of the rounds, ratios medians of the rounds' ratios."
        ),
        reading=(
            "Nine tenths of a garment hide what is beneath them: those pixels are copied, and only "
            "edges are reckoned. What is left above the copy is the gathering of pixels from all "
            "over the source, and the shadows. Where other work shares the caches (see the load), "
            "the milliseconds double, and the ratio to `memcpy`, which streams, with them. In the "
            "same boxes Pillow is four to five times slower."
        ),
        goals={
            "five_garments_ms": Goal(most=9),
            "ratio_to_pillow": Goal(least=15),
        },
        chart=Lines(
            title="What it takes to lay garments on a person",
            x_axis="garments",
            y_axis="processor time, ms",
            steps=("1", "5"),
            lines=(
                Line(
                    label="ours",
                    look="ours",
                    points={"1": "one_garment_ms", "5": "five_garments_ms"},
                ),
                Line(
                    label="Pillow in boxes",
                    look="other",
                    points={
                        "1": "one_garment_pillow_boxes_ms",
                        "5": "five_garments_pillow_boxes_ms",
                    },
                ),
                Line(
                    label="Pillow",
                    look="library",
                    points={"1": "one_garment_pillow_ms", "5": "five_garments_pillow_ms"},
                ),
                Line(
                    label="memcpy",
                    look="raw",
                    points={"1": "one_memcpy_ms", "5": "memcpy_ms"},
                    is_dashed=True,
                ),
            ),
        ),
    ),
    "projection": Page(
        title="Projections",
        about=(
            "A log of 200,000 events, a third of which feed the commodity index, is caught up with "
            "by our runner and by the library's (one transaction an event, the same tables), read "
            "raw, and folded anew by a rebuild, alone and beside a reader and a writer. *Visible* "
            "is the time from an append to the moment a waiting query may go on. All on the same "
            "embedded PostgreSQL with `fsync` on; rates are medians."
        ),
        reading=(
            "What a page costs is Python: an event takes about 5 µs to become a typed object, "
            "beside what its raw row takes, so that replay stays below a raw read. A commodity "
            "and its three sizes become four rows, which cost Python about 50 µs and PostgreSQL, "
            "with their eight indexes, as much again. The library commits every event and waits "
            "for the disk each time, so the "
            "ratio to it follows the disk: 33 to 42 in runs with a slower one."
        ),
        goals={
            "ratio_to_library_runner": Goal(least=40),
            "rebuild_events_per_second": Goal(least=100_000),
            "swap_ms": Goal(most=100),
            "reader_errors": Goal(most=0),
            "visible_p99_ms": Goal(most=10),
            "replay_ratio_to_raw_select": Goal(least=0.95),
        },
    ),
    "landmarks": Page(
        title="Landmarks and alpha of garments",
        about=(
            "Garments on photographs of sellers (lying, hanging) and of studios, whose landmarks "
            "were marked by eye before anything was tuned, and divided in halves by a hash of the "
            "file's name. A landmark is *within* when it lies no farther from its mark than three "
            "hundredths of the garment's height; a garment counts as *all within* when each of "
            "its marked landmarks does. Figures of the *held-out* half say how well it works: the "
            "network has learnt neither half, but weights and limits beside it were chosen on the "
            "development half, whose figures flatter a little. "
            "*By rules* are rules about the same outline alone. *Sure* is what has a confidence of "
            "at least a half, and would not wait for the seller. *Unfit* photographs show a "
            "garment cut off, folded, or of no known kind; each should wait. `alpha` compares "
            "cut-outs of drawn garments, whose alpha is known, before six backgrounds with a "
            "shadow, one of them with a hanger. Shares are told from one hundredth on."
        ),
        reading=(
            "The network tells parts of a garment from each other where rules see an outline only: "
            "most is won where sleeves and legs end, at collars and at waists. Bends that are no "
            "corners, such as elbows, and armpits under sleeves that lie beside the trunk, stay "
            "the weakest. The goal for landmarks is not reached: the network has learnt from 163 "
            "photographs. A photograph without transparency waits for its seller where any "
            "landmark is likelier wrong than right. Images with transparency do not take this "
            "path: there the outline is exact, and rules place the landmarks."
        ),
        goals={
            "held_out_landmarks_within": Goal(least=0.95),
            "held_out_sure_landmarks_within": Goal(least=0.95),
            "alpha_iou_mean": Goal(least=0.95),
        },
        chart=Pairs(
            title="Landmarks within three hundredths of the garment's height",
            x_axis="share of the held-out photographs' landmarks",
            first="rules about the outline",
            second="network and rules",
            rows=(
                ("collar", "collar_within_by_rules", "collar_within", "collar_ratio"),
                ("neckline", "neckline_within_by_rules", "neckline_within", "neckline_ratio"),
                ("shoulder", "shoulder_within_by_rules", "shoulder_within", "shoulder_ratio"),
                ("armpit", "armpit_within_by_rules", "armpit_within", "armpit_ratio"),
                (
                    "elbow outer",
                    "elbow_outer_within_by_rules",
                    "elbow_outer_within",
                    "elbow_outer_ratio",
                ),
                (
                    "cuff outer",
                    "cuff_outer_within_by_rules",
                    "cuff_outer_within",
                    "cuff_outer_ratio",
                ),
                (
                    "cuff inner",
                    "cuff_inner_within_by_rules",
                    "cuff_inner_within",
                    "cuff_inner_ratio",
                ),
                ("hem", "hem_within_by_rules", "hem_within", "hem_ratio"),
                (
                    "hem centre",
                    "hem_centre_within_by_rules",
                    "hem_centre_within",
                    "hem_centre_ratio",
                ),
                (
                    "waist centre",
                    "waist_centre_within_by_rules",
                    "waist_centre_within",
                    "waist_centre_ratio",
                ),
                ("crotch", "crotch_within_by_rules", "crotch_within", "crotch_ratio"),
                ("hip", "hip_within_by_rules", "hip_within", "hip_ratio"),
                (
                    "knee outer",
                    "knee_outer_within_by_rules",
                    "knee_outer_within",
                    "knee_outer_ratio",
                ),
                ("hem outer", "hem_outer_within_by_rules", "hem_outer_within", "hem_outer_ratio"),
                ("hem inner", "hem_inner_within_by_rules", "hem_inner_within", "hem_inner_ratio"),
            ),
        ),
    ),
}
