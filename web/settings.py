"""All configuration, read once from the environment (prefix ``BOUTIQUE_``)."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="BOUTIQUE_", env_file=".env", frozen=True)

    folder: Path = Field(
        default=Path(".boutique"), description="Embedded PostgreSQL and pictures lie here."
    )
    database_url: str | None = Field(
        default=None, description="PostgreSQL 15 or newer; without it an embedded one is started."
    )
    host: str = Field(default="127.0.0.1", description="Address the server listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port the server listens on.")
    public_url: str | None = Field(
        default=None,
        description="Where shoppers reach it, `source` of events; host and port where not given.",
    )
    secure_cookies: bool = Field(default=False, description="Send cookies over HTTPS only.")
    image_workers: int = Field(default=2, ge=1, le=64, description="Processes that do the imaging.")
    networks: Path = Field(
        default=PROJECT / "web" / "node_modules", description="Folder of the extraction networks."
    )
    kafka_bootstrap: str = Field(
        default="127.0.0.1:9092", description="Brokers `boutique relay` publishes to."
    )
    kafka_topic: str = Field(default="boutique.events", description="Topic it publishes to.")
    payment_provider: Literal["demo", "stripe"] = Field(
        default="demo", description="Who holds and takes the money of purchases."
    )
    stripe_secret_key: SecretStr | None = Field(
        default=None, description="Key of the server at Stripe; payment by Stripe needs it."
    )
    stripe_publishable_key: str | None = Field(
        default=None, description="Key of the browser at Stripe; nothing uses it yet."
    )
    stripe_url: str = Field(default="https://api.stripe.com", description="Stripe's API.")
    group_requests_max: int = Field(
        default=1_024, ge=1, description="Appends that may share one commit."
    )
    group_linger_seconds: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="How long a group of appends waits for more; under load it fills by itself.",
    )
    facts_max: int = Field(
        default=20_000, ge=1_000, description="Facts for decisions that are kept in memory."
    )
    wait_seconds_max: float = Field(
        default=5.0, description="How long a query with `at_least` waits for its position."
    )

    @property
    def address(self) -> str:
        """Where shoppers reach the boutique."""
        return self.public_url or f"http://{self.host}:{self.port}"
