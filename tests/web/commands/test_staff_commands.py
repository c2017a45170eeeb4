"""Staff from the console: the first ones are invited before there is anybody who could do it on a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner, Result

from domain.access import Role
from tests.web.tenants import SettableClock
from web.commands.staff_commands import invite, staff_command
from web.services import accounts
from web.services.access import joining
from web.services.installation import opened
from web.services.signing_keys import keys
from web.settings import Settings

PASSWORD = "seven lazy herons count the tide"


@dataclass(frozen=True)
class Root:
    """What the commands are given."""

    settings: Settings
    now_ms: Callable[[], int]


def run(root: Root, *words: str) -> Result:
    command = invite if words[0] == "invite" else staff_command
    return CliRunner().invoke(command, words[1:], obj=root)


def test_a_link_from_the_console_makes_the_first_account(tmp_path: Path, clock: SettableClock):
    root = Root(Settings(tmp_path, "", "https://park.example", "Pilot District"), clock)
    inst = opened(root.settings, clock)
    keys.ensure(inst)
    inst.close()
    made = run(root, "invite", "compliance", "--until", "2026-12-31")
    assert made.exit_code == 0
    assert made.output.startswith("https://park.example/join#")
    inst = opened(root.settings, clock)
    identity = joining.accept(inst, made.output.strip().rpartition("#")[2], "carla", PASSWORD)
    account = accounts.account(inst, identity)
    inst.close()
    assert account is not None
    assert account.role is Role.COMPLIANCE
    assert run(root, "staff").output == (
        "carla\tcompliance\t合规专员\tPilot District\t2026-11-20\t2026-12-31\tnow\n"
    )


def test_what_cannot_be_given_is_a_sentence(tmp_path: Path, clock: SettableClock):
    root = Root(Settings(tmp_path, "", "https://park.example", "Pilot District"), clock)
    for words, sentence in (
        (("owner",), "not for a place of this kind"),
        (("guard", "--enterprise", "nothing"), "Choose a place of yours"),
        (("guard", "--until", "2026-01-01"), "over already"),
        (("king",), "Invalid value"),
    ):
        refused = run(root, "invite", *words)
        assert refused.exit_code != 0
        assert sentence in refused.output
        assert "Traceback" not in refused.output
