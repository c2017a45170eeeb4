"""`python -m bench.facts.site HOME PORT VISITORS`: a site with that many visitors, who change when told to.

Says where its gate stands as a line of JSON; `change N` on its standard input puts a hold on N visitors.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from functools import partial
from pathlib import Path

import waitress

from bench.facts.people import AT_ONCE, added, held, identity_of
from domain.enrolment import parsed_enrolment
from web.app import create_app
from web.services.gates import gates
from web.services.installation import Installation, opened
from web.services.places import places
from web.services.signing_keys import keys
from web.settings import Settings
from web.store.scope import PROGRAM, Scope


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _founded(inst: Installation, count: int) -> dict[str, str]:
    keys.ensure(inst)
    scope = Scope(area_path=places.root(inst, PROGRAM))
    firm = places.create_enterprise(inst, scope, "云杉科技有限公司 Spruce Technology")
    venue = places.create_venue(inst, scope, firm, name="云杉科技园 Spruce Park", address="8 Spruce Road")
    door = places.create_entrance(inst, scope, venue, "南门 South Gate")
    told = parsed_enrolment(gates.new_enrolment(inst, scope, door).text)
    got = gates.enrol(inst, told.token, "bench", "bench")
    for first in range(0, count, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, count))
        inst.write(partial(added, inst=inst, enterprise_id=firm, numbers=numbers))
    return {
        "kiosk_id": got.kiosk_id,
        "credential": got.credential,
        "entrance_id": got.entrance_id,
        "entrance_name": got.entrance_name,
        "venue_id": got.venue_id,
        "venue_name": got.venue_name,
        "bundle_key": told.bundle_key.text,
    }


def main(home: Path, port: int, count: int) -> None:
    """Serve until the standard input ends."""
    inst = opened(Settings(home=home, base_url=f"http://127.0.0.1:{port}"), _now_ms)
    told = _founded(inst, count)
    server = waitress.create_server(create_app(inst), host="127.0.0.1", port=port, threads=8)
    threading.Thread(target=server.run, daemon=True).start()
    print(json.dumps(told), flush=True)
    changed = 0
    for line in sys.stdin:
        ids = [identity_of((changed + n) % count) for n in range(int(line.removeprefix("change ")))]
        changed += len(ids)
        inst.write(partial(held, now_ms=inst.now_ms(), visitor_ids=ids))
        print(json.dumps({"last": ids[-1]}), flush=True)
    server.close()
    inst.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
