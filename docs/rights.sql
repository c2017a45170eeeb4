-- Rights on PostgreSQL: one role owns the tables and migrates, another runs the site.
-- Run as the owner, once after each migration:  psql -v app=codeplace_app -f docs/rights.sql DATABASE
-- The role that runs the site can add to the log and never change it; only the owner can put triggers aside.
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM :"app";
GRANT USAGE ON SCHEMA public TO :"app";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"app";
REVOKE UPDATE, DELETE, TRUNCATE ON entries, leaves, log_sequence, log_nodes, checkpoints FROM :"app";
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM :"app";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :"app";
-- Months are reached through the tables that they are part of, and made and emptied by the owner's functions alone.
SELECT months_closed_to(:'app');
GRANT EXECUTE ON FUNCTION
    month_closed(date, date), month_locked(text), month_emptied(text), months_analysed(),
    log_month_made(date), log_month_turned(date), log_month_noted(date), log_months_checked(), month_looked_over(text) TO :"app";
