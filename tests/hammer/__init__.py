"""The boutique hammered from outside: several servers, one PostgreSQL, everything over HTTP."""
