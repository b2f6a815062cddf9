"""pgvector: offered to look-alikes where the database has it. Nothing needs it."""

import logging

import psycopg
from psycopg import AsyncConnection

logger = logging.getLogger(__name__)


async def create_vectors(connection: AsyncConnection) -> None:
    """Create the extension, if it is installed and we may."""
    cursor = await connection.execute(
        "SELECT 1 FROM pg_available_extensions WHERE name = 'vector' AND installed_version IS NULL"
    )
    if await cursor.fetchone() is None:
        return
    try:
        async with connection.transaction():
            await connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UniqueViolation) as error:
        logger.info("look-alikes do without pgvector, or another process creates it: %s", error)
