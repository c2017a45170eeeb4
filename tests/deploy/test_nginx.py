"""nginx before the site: what it lets through, what it says of callers, and what it must never write down."""

from __future__ import annotations

import re
import signal
import ssl
import subprocess
import time
from pathlib import Path

import httpx
from flask import url_for

from tests.deploy.files import NGINX, directives, needs
from tests.ports import free_port
from tests.tls import certificate
from tests.web.commands.served import serving
from web.app import create_app
from web.services.gates import importing
from web.services.installation import opened
from web.settings import Settings
from web.views.every_page import uploads

TEXT = NGINX.read_text("utf-8")
ALL = list(directives(TEXT))
# All that a line of the log may hold: nothing of who called and what they asked for.
HARMLESS = {
    "$time_iso8601",
    "$request_method",
    "$status",
    "$body_bytes_sent",
    "$request_time",
    "$upstream_response_time",
}


def values(name: str, *around: str) -> list[str]:
    return [
        value for blocks, found, value in ALL if found == name and blocks[-len(around) or None :] == around
    ]


def megabytes(text: str) -> int:
    assert text.endswith("m")
    return int(text[:-1]) * 1024 * 1024


def test_nothing_of_callers_or_paths_is_logged():
    [told] = values("log_format")
    assert set(re.findall(r"\$\w+", told)) <= HARMLESS
    assert all(
        value == "off" or value.endswith(" codeplace") for _, name, value in ALL if name == "access_log"
    )
    assert all(value.endswith(" crit") for _, name, value in ALL if name == "error_log")
    servers = sum(name == "server_name" for _, name, _ in ALL)
    assert servers == sum(name == "access_log" for _, name, _ in ALL) == 2


def test_it_lets_through_what_the_site_takes(tmp_path: Path):
    inst = opened(Settings(tmp_path), lambda: 1_795_140_000_000)
    with create_app(inst).test_request_context():
        door = url_for("quarantine.brought")
    inst.close()
    room = dict(uploads._ROOM)
    assert room.pop("quarantine.brought") <= megabytes(
        values("client_max_body_size", "server", f"location = {door}")[0]
    )
    [usual] = values("client_max_body_size", "server")
    assert max(room.values()) <= megabytes(usual) < importing.FILE_MOST


def test_what_a_caller_says_of_itself_is_replaced():
    told = dict(value.split(" ", 1) for value in values("proxy_set_header", "server"))
    assert told["X-Forwarded-For"] == "$remote_addr"
    assert told["X-Forwarded-Proto"] == "$scheme"
    assert (told["Forwarded"], told["X-Forwarded-Host"]) == ('""', '""')
    # Set in a location, a single one would make nginx forget all those above.
    assert not [blocks for blocks, name, _ in ALL if name == "proxy_set_header" and len(blocks) > 1]


@needs("nginx")
def test_a_real_nginx_serves_the_site_over_tls_and_writes_no_path(tmp_path: Path):
    chain = certificate(tmp_path)
    plain, tls = free_port(), free_port()
    with serving(tmp_path / "var", BASE_URL="https://park.example") as served:
        alone = httpx.get(f"{served.url}/healthz", headers={"X-Forwarded-Proto": "https"})
        assert "strict-transport-security" not in alone.headers, "without --behind nobody's word counts"
        text = TEXT.replace("/etc/ssl/codeplace/fullchain.pem", str(chain))
        text = text.replace("/etc/ssl/codeplace/key.pem", str(tmp_path / "key.pem"))
        text = text.replace("/var/log/nginx/", f"{tmp_path}/").replace(
            "127.0.0.1:8000", f"127.0.0.1:{served.port}"
        )
        text = re.sub(r"\n\s*listen \[::\][^;]*;", "", text)
        text = text.replace("listen 80", f"listen 127.0.0.1:{plain}").replace(
            "listen 443", f"listen 127.0.0.1:{tls}"
        )
        temporary = "".join(
            f"{kind}_temp_path {tmp_path}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (tmp_path / "nginx.conf").write_text(
            f"daemon off; pid {tmp_path}/pid; error_log stderr crit; events {{}}\n"
            f"http {{\n{temporary}{text}}}\n",
            "utf-8",
        )
        process = subprocess.Popen(
            ["nginx", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-e", "stderr"],
            stderr=subprocess.PIPE,
        )
        try:
            trust = ssl.create_default_context(cafile=str(chain))
            trust.check_hostname = False
            with httpx.Client(verify=trust, headers={"Host": "park.example"}) as client:
                for _ in range(1_000):
                    try:
                        first = client.get(f"https://127.0.0.1:{tls}/healthz")
                        break
                    except httpx.ConnectError:
                        assert process.poll() is None, process.stderr and process.stderr.read()
                        time.sleep(0.05)
                assert (first.status_code, first.text) == (200, "ok\n")
                assert first.headers.get_list("strict-transport-security") == [
                    "max-age=31536000; includeSubDomains"
                ]
                assert client.get(f"https://127.0.0.1:{tls}/V/SECRETPOSTER?name=Zhang").status_code == 404
                too_much = client.post(f"https://127.0.0.1:{tls}/login", content=b"x" * 18_000_000)
                assert too_much.status_code == 413
                moved = client.get(f"http://127.0.0.1:{plain}/V/SECRETPOSTER")
                assert (moved.status_code, moved.headers["location"][:8]) == (301, "https://")
                served.stopped_by(signal.SIGTERM)
                away = client.get(f"https://127.0.0.1:{tls}/sign-in")
                assert (away.status_code, away.headers["retry-after"]) == (503, "5")
                assert "strict-transport-security" in away.headers
                assert "Back in a moment" in away.text
                assert "请稍候" in away.text
        finally:
            process.terminate()
            process.wait(60)
    written = "".join(path.read_text("utf-8") for path in tmp_path.glob("codeplace*.log"))
    assert " GET 200 " in written
    assert " GET 404 " in written
    for word in ("SECRETPOSTER", "Zhang", "healthz", "127.0.0.1"):
        assert word not in written
