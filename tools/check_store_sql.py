#!/usr/bin/env python3
"""Gives the PostgreSQL statements of docs/adr/0002-store-operations.md to a real server.

Makes a private cluster in a temporary directory, takes the schema twice, plans every statement with
sequential scans discouraged, and then runs a script that provokes each error that the page promises.
Prints `ok NAME`, `FAIL NAME why` or `skip NAME why`.
"""
import contextlib
import os
import pathlib
import pwd
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "test"))

from harness.report import Report, Skip  # noqa: E402

BIN = pathlib.Path("/usr/lib/postgresql/15/bin")
PAGE = ROOT / "docs" / "adr" / "0002-store-operations.md"
READ_ONCE = {"accounts"}  # A whole table, at start.
IDS = [f"'00000000-0000-4000-8000-{number:012}'" for number in range(10)]


def statements():
    """(the schema's steps, {name: statement})"""
    page = PAGE.read_text(encoding="utf-8")
    schema, operations = page.split("## Statements")
    fence = re.compile(r"```postgresql\n(.*?)```", re.DOTALL)
    named = dict(zip(re.findall(r"^### (\w+)$", operations, re.MULTILINE), fence.findall(operations)))
    return fence.findall(schema), named


class Cluster:
    """A server on a socket in `directory`, run by a user who is not root."""

    def __init__(self, directory):
        self.directory = directory
        self.as_user = []
        if os.geteuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(directory, user.pw_uid, user.pw_gid)
            self.as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}",
                            "--clear-groups"]

    def run(self, *command, text=None):
        return subprocess.run([*self.as_user, *map(str, command)], input=text, text=True,
                              capture_output=True, check=False, timeout=120, cwd=self.directory)

    def start(self):
        data = self.directory / "data"
        made = self.run(BIN / "initdb", "-D", data, "-A", "trust", "-U", "velum", "--no-sync")
        assert made.returncode == 0, made.stderr
        options = f"-c listen_addresses='' -k {self.directory} -c fsync=off"
        started = self.run(BIN / "pg_ctl", "-D", data, "-w", "-l", self.directory / "log", "-o",
                           options, "start")
        assert started.returncode == 0, started.stdout + started.stderr

    def stop(self):
        self.run(BIN / "pg_ctl", "-D", self.directory / "data", "-m", "immediate", "stop")

    def sql(self, text):
        """What psql prints, a line a row; AssertionError with the server's words if it refuses."""
        done = self.run(BIN / "psql", "-h", self.directory, "-U", "velum", "-d", "postgres", "-XAqt",
                        "-v", "ON_ERROR_STOP=1", "-f", "-", text=text)
        assert done.returncode == 0, done.stderr.strip()
        return done.stdout.strip().splitlines()


@contextlib.contextmanager
def cluster():
    if not (BIN / "initdb").exists():
        raise Skip("PostgreSQL 15 is not installed")
    directory = pathlib.Path(tempfile.mkdtemp(prefix="velum-sql-"))
    server = Cluster(directory)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(directory, ignore_errors=True)


def check_plan(server, name, statement):
    """Each table is reached by an index whose condition begins with the account."""
    arguments = ", ".join(["NULL"] * max(map(int, re.findall(r"\$(\d+)", statement)), default=0))
    lines = server.sql(f"SET enable_seqscan=off; SET enable_bitmapscan=off;"
                       f"SET plan_cache_mode=force_generic_plan; PREPARE s AS {statement};"
                       f"EXPLAIN (COSTS off) EXECUTE s{f'({arguments})' if arguments else ''};")
    plan = "\n".join(lines)
    assert "Seq Scan" not in plan, plan
    if name in READ_ONCE or statement.startswith("INSERT"):
        return
    conditions = [line for line in lines if "Index Cond:" in line]
    scans = [line for line in lines if "Index" in line and "Scan" in line]
    assert scans and len(conditions) == len(scans), plan
    assert all("account_id = " in condition for condition in conditions), plan


def rows_of(named, name, *values):
    """The statement with its values, as one that says how many rows it changed or found."""
    text = named[name]
    for number in range(len(values), 0, -1):
        text = text.replace(f"${number}", str(values[number - 1]))
    returning = "" if text.startswith("SELECT") else " RETURNING 1"
    return f"WITH done AS ({text}{returning}) SELECT count(*) FROM done;"


def check_errors(server, named):
    """Row counts, in the order of the page's promises."""
    def expect(wanted, name, *values):
        found = server.sql(rows_of(named, name, *values))
        assert found == [str(wanted)], f"{name}: {found} rows, not {wanted}"

    a, subject, record, one, two, other = 7, IDS[0], IDS[1], IDS[2], IDS[3], IDS[4]
    for wanted in (1, 0):
        expect(wanted, "insert_record", a, subject, record, one, other, 100, 1, 1, "'m'", "'f'", 500,
               1, 100, 1, 1, "'m'", "'p'")
        expect(wanted, "insert_account", a, "'n'", "'r'", "'{}'", "'1'", "'2'", "'3'", "'4'")
        expect(wanted, "insert_app_key", a, "'k'", other, 100, "'h'", "''", "NULL", "'l'", "'r'", "''",
               "''", 1, 900)
    key = ("'i'", "'h'", 500, "'l'", "'r'", "''", "''", 2, "NULL")
    expect(1, "update_app_key", a, "'k'", *key)
    expect(0, "update_app_key", a, "'m'", *key)
    expect(1, "app_keys", a)
    for _ in range(2):
        expect(1, "put_role", a, "'r'", 5, "'n'", "'[]'")
        expect(1, "put_unmask_policy", a, "'[]'", 1)
        expect(1, "put_unmask_policy", a, "''", 2)
    expect(1, "roles", a)
    user = ("'d'", "'w'", "'s'", "'r'", 1, 0)
    for wanted in (1, 0):
        expect(wanted, "insert_user", a, other, 100, *user)
    expect(1, "update_user", a, other, *user)
    expect(0, "update_user", a, one, *user)
    expect(1, "users", a)
    for wanted in (1, 0):
        expect(wanted, "delete_user", a, other)
    for wanted in (1, 0):
        expect(wanted, "insert_unmask_grant", a, one, 1, "''", 900, 1, other, 1, "'p'", "'t'", "'[]'",
               "''", 30, 100)
    expect(1, "update_unmask_grant", a, one, 2, "'a'", 950, 2)
    expect(0, "update_unmask_grant", a, two, 2, "'a'", 950, 2)
    expect(1, "unmask_grants", a)
    for wanted in (1, 0):
        expect(wanted, "delete_unmask_grant", a, one)
    for wanted in (1, 0):
        expect(wanted, "delete_role", a, "'r'")
        expect(wanted, "advance_access", a, 1, 0)
    expect(1, "advance_access", a, 2, 1)
    expect(0, "advance_access", a, 2, 1)
    expect(1, "unmask_policy", a)
    expect(1, "access_revision", a)
    for wanted in (1, 0):
        expect(wanted, "insert_webhook", a, one, "'u'", "''", "'s'", "''", "NULL", 5, 9)
    for wanted in (1, 0):
        expect(wanted, "update_webhook", a, one, "'v'", "''", "'s'", "''", "NULL", "'u'", "'s'")
    expect(1, "advance_webhook", a, one, 10)
    expect(0, "advance_webhook", a, two, 10)
    for wanted in (1, 0):
        expect(wanted, "insert_alert", a, one, other, "'{}'", 0, 5, 7)
    expect(0, "due_alerts", a, one, 6, 9)
    expect(1, "due_alerts", a, one, 7, 9)
    expect(1, "delay_alert", a, one, other, 1, 8)
    expect(0, "due_alerts", a, one, 7, 9)
    expect(0, "delete_alert", a, two, other)
    expect(1, "delete_webhook_alerts", a, one)
    expect(1, "webhooks", a)
    for wanted in (1, 0):
        expect(wanted, "delete_webhook", a, one)
        expect(wanted, "put_canary", a, subject, other, 5)
    expect(1, "canaries", a)
    for wanted in (1, 0):
        expect(wanted, "delete_canary", a, subject)
    for name, count_max, wanted in (("'q'", 1, 1), ("'r'", 1, 0), ("'q'", 1, 1), ("'r'", 2, 1)):
        expect(wanted, "put_audit_query", a, name, "'s'", other, 5, count_max)
    expect(2, "audit_queries", a)
    expect(1, "audit_query", a, "'q'")
    expect(0, "audit_query", a, "'s'")
    for wanted in (1, 0):
        expect(wanted, "delete_audit_query", a, "'q'")
    expect(0, "keep_version", a, subject, record, two)
    expect(1, "keep_version", a, subject, record, one)
    expect(1, "replace_version", a, subject, record, two, other, 200, 1, 1, "'n'", "'g'", 600)
    expect(0, "require_version", a, subject, record, one)
    expect(1, "require_version", a, subject, record, two)
    for wanted, name, version, now in ((1, "read_version_full", one, 599), (1, "read_version_full", two, 599),
                                       (0, "read_version_full", other, 599),
                                       (0, "read_version_masked", one, 600)):
        expect(wanted, name, a, subject, record, now, version)
    expect(2, "versions", a, subject, record, "NULL", 9)
    expect(1, "versions", a, subject, record, two, 9)
    expect(0, "require_subject", a, subject, 1, 599)  # Its record has another id.
    expect(1, "insert_record", a, subject, subject, one, other, 100, 1, 1, "'m'", "'f'", 500, 3,
           100, 1, 1, "'m'", "'p'")
    expect(1, "require_subject", a, subject, 3, 499)
    expect(0, "require_subject", a, subject, 3, 500)
    expect(0, "require_subject", a, subject, 1, 499)
    expect(1, "subject_head", a, subject, 499)
    expect(0, "subject_head", a, subject, 500)
    expect(1, "require_room", a, subject, 1, 599, 0)
    expect(0, "require_room", a, subject, 1, 600, 0)
    expect(0, "require_room", a, subject, 1, 599, 1)
    expect(0, "require_expired", a, subject, record, 599)
    expect(1, "require_expired", a, subject, record, 600)
    expect(1, "records_masked", a, subject, 1, 599, 9)
    expect(0, "records_full", a, subject, 1, 600, 9)
    for number in (5, 6):
        expect(1, "insert_record", a, IDS[number], IDS[number], one, other, 100, 1, 1, "'m'", "'f'", 500,
               2, number, 1, 1, "'m'", "'p'")
    expect(2, "prospects_masked", a, 7, IDS[0], 499, 9)
    expect(1, "prospects_full", a, 6, IDS[6], 499, 9)
    expect(0, "prospects_full", a, 7, IDS[0], 500, 9)
    first = "'00000000-0000-0000-0000-000000000000'"
    expect(2, "scan_masked", a, first, first, 499, 9, 2)
    expect(1, "scan_full", a, IDS[5], IDS[5], 499, 9, 2)
    expect(1, "scan_full", a, first, first, 499, 1, 2)
    expect(0, "scan_masked", a, first, first, 500, 9, 2)
    claim = ("claim_lookup", a, subject, record, 257, "'d'", "'s'")
    stranger = ("claim_lookup", a, other, other, 257, "'d'", "'s'")
    displace = ("displace_lookup", a, 257, "'d'", "'s'")
    expect(1, *claim, 500)
    expect(1, *claim, 500)      # One's own again.
    expect(0, *stranger, 900)   # Held by another,
    expect(0, *displace, 499)   # which has not expired yet.
    expect(1, *displace, 500)
    expect(1, *stranger, 900)
    expect(0, *claim, 500)
    expect(2, "find", a, 257, "'d'", 0)
    expect(1, "release_lookup", a, subject, record, 257, "'d'")
    expect(0, "release_lookup", a, subject, record, 257, "'d'")
    key = ("claim_idempotency", a, subject, record, other, "'k'", "'r'", one)
    expect(1, *key, 500, 100)
    expect(0, *key, 900, 499)        # Known, its own or not.
    expect(1, *key, 900, 500)        # Expired.
    expect(0, "sweep_idempotency", a, 899, 9)
    expect(0, "sweep_idempotency", a, 900, 0)
    expect(1, "sweep_idempotency", a, 900, 9)
    expect(1, *key, 500, 100)
    expect(1, "change_entity", a, IDS[6], IDS[6], 1)
    expect(0, "change_entity", a, other, other, 1)
    expect(0, "expired", a, 499, 9)
    expect(3, "expired", a, 500, 9)
    expect(0, "mark_expired", a, subject, subject, 499)
    expect(0, "require_swept", a, subject, subject)
    for wanted in (1, 0):
        expect(wanted, "mark_expired", a, subject, subject, 500)
        expect(1, "insert_swept", a, subject, subject, 70)
    expect(1, "require_swept", a, subject, subject)
    expect(2, "expired", a, 500, 9)
    expect(0, "swept", a, 69, 9)
    expect(1, "swept", a, 70, 9)
    expect(0, "show_hidden", a, 500)
    expect(0, "forget_shown", a, 499)
    expect(1, "show_hidden", a, 499)
    expect(1, "forget_shown", a, 499)
    expect(1, "insert_swept", a, subject, subject, 70)
    expect(1, "delete_record_swept", a, subject, subject)
    expect(0, "delete_subject_swept", a, subject)
    for wall in (1, 2):
        expect(1, "save_clock", 0, wall, 5)
    expect(1, "clock", 0)
    for wanted in (1, 0):
        expect(wanted, "insert_schema", a, 1, 2, "'{}'", other, 100)
        expect(wanted, "insert_job", a, one, 1, 0, 0, "''", 100, 1, 1, 2, 100)
    expect(1, "schemas", a)
    expect(1, "open_jobs", a)
    expect(1, "job", a, one)
    expect(0, "job", a, two)
    expect(1, "update_job", a, one, 2, 5, 5, "'p'", 200)
    expect(0, "update_job", a, two, 2, 5, 5, "'p'", 200)
    expect(0, "open_jobs", a)
    masked = (a, subject, record, two)
    expect(0, "replace_masked_current", *masked, 2, "'x'", 3)
    expect(0, "replace_masked_older", *masked, 1, "'x'", 3)
    for wanted in (1, 0):
        expect(wanted, "replace_masked_current", *masked, 1, "'x'", 3)
    expect(1, "replace_masked_older", a, subject, record, one, 1, "'x'", 3)
    both = (a, subject, record, two)
    expect(0, "replace_renditions_current", *both, 1, "'x'", 4, "'y'")
    expect(0, "replace_renditions_older", *both, 3, "'x'", 4, "'y'")
    for wanted in (1, 0):
        expect(wanted, "replace_renditions_current", *both, 3, "'x'", 4, "'y'")
    expect(1, "replace_renditions_older", a, subject, record, one, 3, "'x'", 4, "'y'")
    expect(4, "walk_current", a, "'00000000-0000-0000-0000-000000000000'", IDS[0], 9)
    expect(1, "walk_current", a, IDS[5], IDS[5], 9)
    expect(1, "walk_older", a, subject, record, 9, IDS[0])
    expect(0, "walk_older", a, subject, record, 9, one)
    cart = ("'h'", "NULL", "NULL", "NULL", "''", "'{}'", 5, 500)
    for wanted in (1, 0):
        expect(wanted, "insert_cart", a, one, 0, *cart, 5)
    for wanted in (1, 0):
        expect(wanted, "replace_cart", a, one, 1, *cart)
    expect(0, "replace_cart", a, one, 3, *cart)
    expect(1, "cart", a, one, 499)
    expect(0, "cart", a, one, 500)
    expect(0, "delete_expired_carts", a, 499, 9)
    expect(0, "delete_expired_carts", a, 500, 0)
    expect(1, "delete_expired_carts", a, 500, 9)
    for wanted in (1, 0):
        expect(wanted, "insert_order", a, "'o'", 0, "'s'", "'{}'", 5, one, 2, subject, two, 5)
        expect(wanted, "insert_order_digest", a, "'o'", 1, "'d'")
    expect(1, "replace_order", a, "'o'", 1, "'t'", "'{}'", 6)
    expect(0, "replace_order", a, "'o'", 1, "'t'", "'{}'", 6)
    expect(1, "order", a, "'o'")
    for status, from_, until, wanted in (("''", 5, 5, 1), ("'t'", 0, 9, 1), ("'s'", 0, 9, 0), ("''", 6, 9, 0),
                                         ("''", 0, 4, 0)):
        expect(wanted, "orders", a, from_, until, status, 9, 0)
        expect(wanted, "orders_by_digest", a, from_, until, status, 1, "'d'", 9, 0)
    expect(0, "orders_by_digest", a, 0, 9, "''", 2, "'d'", 9, 0)
    expect(0, "orders", a, 0, 9, "''", 9, 1)
    expect(1, "insert_cart", a, two, 0, "'h'", 2, subject, one, "''", "'{}'", 5, 500, 5)
    for wanted in (1, 0):
        expect(wanted, "forget_carts", a, subject)
        expect(wanted, "forget_digests", a, subject)
    event = ("'o'", "'handling'", "''", 5, 4, "''")
    for states, wanted in (("''", 1), ("'canceled,handling'", 1), ("'canceled,handlin'", 0)):
        expect(1, "put_feed", a, one, states, 60, 900)
        expect(wanted, "add_order_event", a, two, *event)
        expect(0, "add_order_event", 8, two, *event)
        expect(wanted, "feed_size", a, one) if wanted else None
        expect(wanted, "feed_items", a, one, 5, 9)
        expect(0, "feed_items", a, one, 4, 9)
        expect(wanted, "delete_feed_items", a, one)
    expect(1, "put_feed", a, one, "''", 60, 900)
    expect(1, "feed", a, one)
    expect(1, "add_order_event", a, two, *event)
    expect(0, "take_feed_item", a, one, two, 6, 9, "'h'")
    expect(1, "take_feed_item", a, one, two, 5, 9, "'h'")
    expect(0, "commit_feed_item", a, one, "'i'")
    expect(0, "drop_feed_items", a, one, 5)
    expect(1, "commit_feed_item", a, one, "'h'")
    expect(1, "add_order_event", a, two, *event)
    expect(1, "drop_feed_items", a, one, 6)
    for wanted in (1, 0):
        expect(wanted, "delete_feed", a, one)
    for _ in range(2):
        expect(1, "put_sku", a, "'1'", "'{}'")
        expect(1, "put_checkout_settings", a, "'{}'")
    expect(1, "sku", a, "'1'")
    expect(1, "checkout_settings", a)
    for wanted in (1, 0):
        expect(wanted, "delete_sku", a, "'1'")
    expect(1, "delete_record_idempotency", a, subject, record)
    expect(1, "delete_record", a, subject, record)
    expect(0, "delete_record", a, subject, record)


def main():
    report = Report()
    schema, named = statements()
    try:
        with cluster() as server:
            with report.check("the schema can be taken twice"):
                assert len(schema) >= 20, f"{len(schema)} steps"
                for step in schema * 2:
                    server.sql(step)
            for name, statement in named.items():
                with report.check(f"PostgreSQL plans {name} by an index that begins with the account"):
                    check_plan(server, name, statement)
            with report.check("each documented error is told by the number of rows"):
                check_errors(server, named)
            with report.check("every operation is there"):
                assert len(named) >= 110, f"{len(named)} statements"
    except Skip as why:
        report.skip("the PostgreSQL statements", str(why))
    return 1 if report.failed or not report.passed + report.skipped else 0


if __name__ == "__main__":
    sys.exit(main())
