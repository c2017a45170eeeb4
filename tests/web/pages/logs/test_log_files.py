"""The log's files and proofs as browsers, auditors and strangers get them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from flask.testing import FlaskClient

from domain.access import Role
from domain.evidence import checked_evidence
from domain.log import leaf_hash, opened_checkpoint
from domain.note import note_key
from domain.proof import subtree_root
from tests.web.log.tampering import entry_ids, fill
from tests.web.pages.site import Site, opened, seen, sent, signed_in
from tests.web.tenants import Tenant, tenant
from web.services import accounts
from web.services.logs import log_head, log_tiles
from web.services.passing import checkin
from web.services.passing.checkin import CheckIn
from web.store.logs import log


def test_anybody_gets_the_checkpoint_the_key_and_the_tiles_of_hashes(
    site: Site, visitor: FlaskClient, there: Tenant
):
    assert opened(site, visitor, "/log/checkpoint").status_code == 503
    fill(site.inst, there, *range(1, 601))
    key = note_key(opened(site, visitor, "/log/key").text)
    answer = opened(site, visitor, "/log/checkpoint")
    head = opened_checkpoint(answer.data, key)
    assert (head.size, answer.content_type) == (600, "text/plain; charset=utf-8")
    full = opened(site, visitor, "/log/tile/0/000")
    assert "immutable" in full.headers["Cache-Control"]
    hashes = [full.data[at : at + 32] for at in range(0, 8192, 32)]
    assert len(full.data) == 8192
    first = opened(site, visitor, "/log/tile/1/000.p/2").data
    assert first[:32] == subtree_root(hashes)
    assert len(opened(site, visitor, "/log/tile/0/002.p/88").data) == 88 * 32


def test_tiles_that_are_not_signed_or_spelled_otherwise_are_not_there(
    site: Site, visitor: FlaskClient, there: Tenant
):
    fill(site.inst, there, *range(1, 301))
    for path in (
        "0/001", "0/001.p/45", "0/000.p/256", "0/000.p/0", "0/000.p/01", "0/0", "0/x000/000", "0/x001/000",
        "1/000", "1/000.p/2", "2/000.p/1", "00/000", "8/000", "99/000", "-1/000", "0/０００", "entries",
        "0/999", "0/" + "x999/" * 40 + "999", "x/000",
    ):  # fmt: skip
        assert opened(site, visitor, f"/log/tile/{path}").status_code == 404, path


def test_a_stranger_gets_the_program_that_checks_the_evidence_from_the_site_itself(
    site: Site, visitor: FlaskClient, staff: FlaskClient, there: Tenant, tmp_path: Path
):
    fill(site.inst, there, 1, 2, 3)
    entry = entry_ids(site.inst)[1]
    (tmp_path / "evidence.json").write_bytes(opened(site, staff, f"/entries/{entry}/evidence.json").data)
    program = tmp_path / "verify_log.py"
    program.write_bytes(opened(site, visitor, "/log/verify_log.py").data)
    key = opened(site, visitor, "/log/key").text.strip()
    told = subprocess.run(
        [sys.executable, "-I", program, tmp_path / "evidence.json", "--key", key],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert entry in told.stdout
    for other in ("verify_certificate.py", "verify_export.py"):
        assert other.encode() in opened(site, visitor, f"/log/{other}").data
    assert opened(site, visitor, "/log/rights.sql").status_code == 404


def test_tiles_are_named_as_c2sp_names_them():
    assert [log_tiles.address(index) for index in (0, 67, 999, 1000, 1234067)] == [
        "000", "067", "999", "x001/000", "x001/x234/067",
    ]  # fmt: skip


def test_leaves_are_for_those_who_look_after_everything(
    site: Site, staff: FlaskClient, visitor: FlaskClient, there: Tenant
):
    fill(site.inst, there, 1, 2, 3)
    data, bodies = opened(site, staff, "/log/tile/entries/000.p/3").data, []
    while data:
        size = int.from_bytes(data[:2], "big")
        bodies.append(data[2 : 2 + size])
        data = data[2 + size :]
    hashes = opened(site, visitor, "/log/tile/0/000.p/3").data
    assert b"".join(leaf_hash(body) for body in bodies) == hashes
    assert opened(site, visitor, "/log/tile/entries/000.p/3").status_code == 302
    accounts.create_account(
        site.inst, "clerk@park", "a password for a clerk", Role.OWNER, enterprise_id=there.enterprise
    )
    clerk = signed_in(site, "clerk@park")
    assert opened(site, clerk, "/log/tile/entries/000.p/3").status_code == 404


def test_staff_take_the_evidence_of_an_entry_of_theirs(site: Site, staff: FlaskClient, there: Tenant):
    fill(site.inst, there, 1, 2, 3)
    entry = entry_ids(site.inst)[1]
    page = opened(site, staff, f"/entries/{entry}/proof")
    assert "Leaf 1 of the 3 leaves" in seen(page.text)
    answer = opened(site, staff, f"/entries/{entry}/evidence.json")
    assert answer.headers["Cache-Control"] == "no-store"
    shown = checked_evidence(answer.data)
    assert (json.loads(shown.leaf)["id"], shown.index, shown.private) == (entry, 1, None)
    assert "序号为 1" in seen(opened(site, staff, f"/entries/{entry}/proof?lang=zh").text)
    assert f"/entries/{entry}/proof" in opened(site, staff, f"/desk/entries/{entry}").text


def test_the_private_record_is_told_for_a_purpose_that_is_logged_first(
    site: Site, staff: FlaskClient, there: Tenant
):
    given = CheckIn(checkin.new_entry_id(site.inst), "Wang Wei", "13800138000", plate="苏A12345")
    entry = checkin.check_in(site.inst, there.poster, given).entry_id
    fill(site.inst, there, 1)
    page = f"/entries/{entry}/proof"
    for purpose in ("", "because"):
        assert sent(site, staff, f"/entries/{entry}/evidence", page, purpose=purpose).status_code == 303
    assert site.inst.read(lambda c: log.leaf_of(c, "disclosure", entry)) is None
    answer = sent(site, staff, f"/entries/{entry}/evidence", page, purpose="dispute")
    private = checked_evidence(answer.data).private
    assert private is not None
    assert "苏A12345" in private.record.decode()
    leaf = site.inst.read(lambda c: log.leaf_of(c, "disclosure", entry))
    assert leaf is not None
    said = json.loads(leaf.body)
    assert (said["account"], said["purpose"], said["entry"]) == ("admin", "dispute", entry)


def test_an_entry_that_waits_says_so(site: Site, staff: FlaskClient, there: Tenant):
    given = CheckIn(checkin.new_entry_id(site.inst), "Wang Wei", "13800138000")
    entry = checkin.check_in(site.inst, there.poster, given).entry_id
    assert "waits for its place" in seen(opened(site, staff, f"/entries/{entry}/proof").text)
    assert opened(site, staff, f"/entries/{entry}/evidence.json").status_code == 503


def test_entries_of_others_have_no_proof_here(site: Site, there: Tenant):
    other = tenant(site.inst, "West Area", "Mill Ltd")
    fill(site.inst, other, 1)
    [entry] = entry_ids(site.inst)
    accounts.create_account(
        site.inst, "clerk@park", "a password for a clerk", Role.OWNER, enterprise_id=there.enterprise
    )
    clerk = signed_in(site, "clerk@park")
    for path in (f"/entries/{entry}/proof", f"/entries/{entry}/evidence.json", "/entries/nothing/proof"):
        assert opened(site, clerk, path).status_code == 404
    answer = sent(site, clerk, f"/entries/{entry}/evidence", "/account", purpose="dispute")
    assert answer.status_code == 404
    assert site.inst.read(lambda c: log.leaf_of(c, "disclosure", entry)) is None


def test_the_log_page_and_the_home_page_say_when_nothing_is_signed(
    site: Site, staff: FlaskClient, there: Tenant
):
    fill(site.inst, there, 1)
    fill(site.inst, there, 2)
    pages = ("/desk", "/")
    for page in pages:
        assert "signs nothing" not in seen(opened(site, staff, page).text)
    log_head.path_of(site.inst).unlink()
    for page in pages:
        assert "The log signs nothing" in seen(opened(site, staff, f"{page}?lang=en").text)
        assert "日志已停止签署" in seen(opened(site, staff, f"{page}?lang=zh").text)
