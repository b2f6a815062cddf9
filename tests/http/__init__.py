"""The application over HTTP: real PostgreSQL, real image workers, no network."""
