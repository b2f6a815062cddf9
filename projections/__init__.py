"""Read models: each module is one, whole: its tables, how events change it, its queries."""
