"""The site: pages and API over services, a store and a database; `app.py` puts it together."""
