"""Composition root: the only module of the web that knows every adapter."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from adapters import demo, embedded_postgres, relay
from adapters.accounts import Accounts
from adapters.answers import Answer, Answers
from adapters.body_measures import BodyMeasures, body_changes, body_measures_of
from adapters.cancellation import heed_cancellation
from adapters.commodity_classification import CommodityClassification
from adapters.commodity_registration import CommodityRegistration, Offered, OfferedSize
from adapters.coordinator import Coordinator, Worn, WornPiece
from adapters.demo_payment import DEMO_CARDS, DemoCard, DemoPaymentProvider
from adapters.doctor import Doctor
from adapters.dressing import Dressing
from adapters.embedded_postgres import EmbeddedPostgresUnavailable
from adapters.event_store import PostgresEventLog
from adapters.garbage import collect_seldom
from adapters.garment_correction import Correction, GarmentCorrection
from adapters.group_decider import GroupDecider
from adapters.group_writer import Limits
from adapters.image_store import ImageStore
from adapters.image_worker import ImageWorkers, ImageWorkersUnavailable
from adapters.imaging_program import (
    FileClassified,
    GarmentNotNamed,
    classify_files,
    coordinate_files,
    extract_files,
    train_classifier,
)
from adapters.imaging_sheet import Sheet
from adapters.imaging_wardrobe import (
    CorrectionsUnreadable,
    NoWardrobe,
    WardrobePiece,
    corrected,
    outfits,
    wardrobe,
    worn_or_waiting,
)
from adapters.invariant import Checked, Report
from adapters.look_names import LookNames
from adapters.mannequins import StoredMannequin, stored_mannequins
from adapters.pools import Pool, opened_pool
from adapters.projection_positions import Lag
from adapters.projection_rebuild import RebuildRefused
from adapters.projection_runner import ProjectionRunner, UnknownProjection
from adapters.seller_feed import SellerFeed
from adapters.signing import Signer
from adapters.stored_events import RECORDED
from adapters.stripe_payment import (
    StripeKeyMissing,
    StripePaymentProvider,
    StripeTestCard,
    cards_offered,
)
from adapters.user_image_acquisition import UserImageAcquisition
from adapters.user_image_database import UserImageContent, UserImageDatabase
from adapters.vault import Vault
from adapters.vectors import create_vectors
from adapters.visits import Visits
from domain.boutique import Boutique
from domain.ports import Clock, PaymentProvider
from imaging.decoding import ImageRefused
from imaging.networks import NetworksMissing
from imaging.training.pictures import DataMissing
from imaging.training.run import Plan as TrainingPlan
from imaging.training.run import TrainingNotInstalled
from projections.read_models import PROJECTIONS
from web.settings import Settings
from web.words import marked

__all__ = [
    "IMAGING_REFUSALS",
    "TOPICS",
    "UNAVAILABLE",
    "Answer",
    "Answers",
    "Checked",
    "Container",
    "Correction",
    "FileClassified",
    "Imaging",
    "Lag",
    "Offered",
    "OfferedSize",
    "ProjectionRunner",
    "Report",
    "Sheet",
    "Signer",
    "Till",
    "TrainingPlan",
    "UserImageContent",
    "WardrobePiece",
    "Worn",
    "WornPiece",
    "body_changes",
    "body_measures_of",
    "classify_files",
    "collect_seldom",
    "coordinate_files",
    "corrected",
    "demo_accounts",
    "extract_files",
    "heed_cancellation",
    "imaging",
    "meanwhile",
    "opened",
    "outfits",
    "payment_by",
    "relay_log",
    "seed_demo",
    "train_classifier",
    "utc_now",
    "wardrobe",
    "worn_or_waiting",
]

UNAVAILABLE = (
    EmbeddedPostgresUnavailable,
    ImageWorkersUnavailable,
    StripeKeyMissing,
    UnknownProjection,
    RebuildRefused,
)
"""What a command cannot do without; their messages say what to do."""

IMAGING_REFUSALS = (
    ImageRefused,
    NetworksMissing,
    GarmentNotNamed,
    TrainingNotInstalled,
    DataMissing,
    NoWardrobe,
    CorrectionsUnreadable,
)
"""What the imaging commands say no to; their messages say what to do."""

TOPICS = tuple(kind.TOPIC for kind in RECORDED)
"""Of every event that the boutique records."""


@dataclass(frozen=True, kw_only=True)
class Till:
    """Where purchases are paid."""

    payment: PaymentProvider
    cards: Sequence[DemoCard | StripeTestCard]
    note: str  # for the shopper: what is charged, or why no card is offered

    async def close(self) -> None:
        if isinstance(self.payment, StripePaymentProvider):
            await self.payment.close()


@dataclass(frozen=True, kw_only=True)
class Container:
    """The boutique, put together."""

    settings: Settings
    dsn: str
    clock: Clock
    pool: Pool
    readers: Pool  # held for a whole request, which may need one of the others meanwhile
    asking: Pool  # for single statements, which need no transaction around them
    log: PostgresEventLog
    decider: GroupDecider
    boutique: Boutique
    projections: ProjectionRunner
    vault: Vault
    signer: Signer
    visits: Visits
    accounts: Accounts
    images: ImageStore
    user_image_database: UserImageDatabase
    look_names: LookNames
    body_measures: BodyMeasures
    seller_feed: SellerFeed
    answers: Answers
    till: Till
    doctor: Doctor


@dataclass(frozen=True, kw_only=True)
class Imaging:
    """What needs image workers: slower to start, and of no use to most commands."""

    workers: ImageWorkers
    user_images: UserImageAcquisition
    commodities: CommodityRegistration
    classification: CommodityClassification
    garments: GarmentCorrection
    coordinator: Coordinator
    dressing: Dressing
    mannequins: Mapping[str, StoredMannequin]


def utc_now() -> datetime:
    return datetime.now(tz=UTC)


@asynccontextmanager
async def opened(settings: Settings, *, clock: Clock = utc_now) -> AsyncGenerator[Container]:
    """Open the boutique on its database; tests pass their own settings and clock."""
    async with AsyncExitStack() as stack:
        till = payment_by(settings)
        stack.push_async_callback(till.close)
        dsn = settings.database_url
        if dsn is None:
            folder = settings.folder / "postgres"
            dsn = embedded_postgres.running_dsn(folder)
            if dsn is None:
                server = await asyncio.to_thread(embedded_postgres.start, folder)
                stack.callback(server.stop)
                await stack.enter_async_context(meanwhile(embedded_postgres.keep_running(server)))
                dsn = server.dsn
        pool = await opened_pool(dsn, stack)
        readers = await opened_pool(dsn, stack, is_autocommit=True)
        asking = await opened_pool(dsn, stack, is_autocommit=True)
        limits = Limits(
            requests_max=settings.group_requests_max,
            linger_seconds=settings.group_linger_seconds,
        )
        log = PostgresEventLog(dsn, asking, limits=limits)
        await log.open()
        stack.push_async_callback(log.close)
        decider = GroupDecider(log, clock=clock, facts_max=settings.facts_max)
        await decider.open()
        stack.push_async_callback(decider.close)
        yield await _container(settings, clock, dsn, pool, readers, asking, log, decider, till)


def payment_by(settings: Settings) -> Till:
    """Return the till of the chosen payment provider.

    Raises:
        StripeKeyMissing: it is Stripe's, and there is no secret key.
    """
    if settings.payment_provider == "demo":
        return Till(
            payment=DemoPaymentProvider(),
            cards=DEMO_CARDS,
            note=marked("A demonstration till: no real card is charged."),
        )
    given = settings.stripe_secret_key
    secret_key = "" if given is None else given.get_secret_value()
    provider = StripePaymentProvider(secret_key=secret_key, url=settings.stripe_url)
    cards = cards_offered(secret_key)
    # A real card is entered in an element of Stripe's own, which these pages do not have yet.
    return Till(
        payment=provider,
        cards=cards,
        note=marked("Stripe in test mode: no real card is charged.")
        if cards
        else marked("Cards cannot be entered on this page yet, so nothing can be bought here."),
    )


async def _container(  # noqa: PLR0913, PLR0917 (what everything else is made of)
    settings: Settings,
    clock: Clock,
    dsn: str,
    pool: Pool,
    readers: Pool,
    asking: Pool,
    log: PostgresEventLog,
    decider: GroupDecider,
    till: Till,
) -> Container:
    async with pool.connection() as connection:
        await create_vectors(connection)
    projections = ProjectionRunner(dsn, asking, PROJECTIONS)
    await projections.set_up()
    vault = Vault(pool)
    await vault.set_up()
    images = ImageStore.in_folder(settings.folder / "images")
    user_image_database = UserImageDatabase(pool, images)
    look_names = LookNames(pool)
    answers = Answers(asking)
    boutique = Boutique(decider=decider, payment=till.payment)
    body_measures = BodyMeasures(boutique=boutique, pool=pool)
    for beside_the_log in (user_image_database, look_names, answers, body_measures):
        await beside_the_log.set_up()
    return Container(
        settings=settings,
        dsn=dsn,
        clock=clock,
        pool=pool,
        readers=readers,
        asking=asking,
        log=log,
        decider=decider,
        boutique=boutique,
        projections=projections,
        vault=vault,
        signer=Signer(vault.signing_seed),
        visits=Visits(asking),
        accounts=Accounts(boutique=boutique, vault=vault, pool=pool),
        images=images,
        user_image_database=user_image_database,
        look_names=look_names,
        body_measures=body_measures,
        seller_feed=SellerFeed(pool, source=f"{settings.address}/api/v1/events"),
        answers=answers,
        till=till,
        doctor=Doctor(dsn),
    )


@asynccontextmanager
async def imaging(container: Container) -> AsyncGenerator[Imaging]:
    """Start the image workers of an opened boutique."""
    workers = ImageWorkers(
        count=container.settings.image_workers, models=container.settings.networks
    )
    _, mannequins = await asyncio.gather(workers.start(), stored_mannequins(container.images))
    coordinator = Coordinator(
        workers=workers,
        images=container.images,
        user_images=container.user_image_database,
        body_measures=container.body_measures,
        mannequins=mannequins,
    )
    try:
        yield Imaging(
            workers=workers,
            user_images=UserImageAcquisition(
                boutique=container.boutique,
                workers=workers,
                database=container.user_image_database,
            ),
            commodities=CommodityRegistration(
                boutique=container.boutique, workers=workers, images=container.images
            ),
            classification=CommodityClassification(
                boutique=container.boutique, workers=workers, images=container.images
            ),
            garments=GarmentCorrection(
                boutique=container.boutique,
                workers=workers,
                images=container.images,
                mannequins=mannequins,
            ),
            coordinator=coordinator,
            dressing=Dressing(workers=workers, images=container.images, coordinator=coordinator),
            mannequins=mannequins,
        )
    finally:
        await workers.close()


@asynccontextmanager
async def meanwhile(*works: Coroutine[Any, Any, None]) -> AsyncGenerator[None]:
    """Do these beside the context, and cancel them at its end."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def seed_demo(
    container: Container, wired_imaging: Imaging, *, progress: demo.Progress
) -> None:
    """Fill the boutique with demonstration goods, as far as that was not done yet."""
    await demo.seed(
        accounts=container.accounts, commodities=wired_imaging.commodities, progress=progress
    )


def demo_accounts() -> tuple[tuple[str, ...], str]:
    """Return who may sign in to a demonstration, and with which password."""
    return tuple(account.email for account in demo.DEMO_ACCOUNTS), demo.DEMO_PASSWORD


async def relay_log(container: Container) -> None:
    """Publish the log to Kafka until cancelled."""
    await relay.run(
        container.dsn,
        bootstrap=container.settings.kafka_bootstrap,
        topic=container.settings.kafka_topic,
        source=f"{container.settings.address}/api/v1/events",
    )
