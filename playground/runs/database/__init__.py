"""The database: its connection, its tables, and how older ones are brought along."""
