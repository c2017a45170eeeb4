"""What a venue's gates show and who may use their staff's side."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from domain.access import Right
from web.api.declaring.calling import scope
from web.api.declaring.operations import Operations
from web.api.declaring.shapes import FormGiven, Given, Made, Upload, told
from web.services.gates import gate_settings
from web.services.gates.gate_settings import GateSettingsShown
from web.views.asking.session import installation

gates_api = Operations("gates", "Settings of the gates")
GateSettings = told(GateSettingsShown, "GateSettings")
_Notice = Annotated[str, Field(max_length=300)]


class PinGiven(Given):
    """The guards' PIN, 4 to 12 digits; empty takes it away."""

    pin: Annotated[str, Field(pattern="^([0-9]{4,12})?$")]


class SpeechGiven(Given):
    """Whether the gates speak their answers."""

    speaks: bool


class NoticeGiven(Given):
    """A notice without a picture, in Chinese, English or both."""

    zh: _Notice = ""
    en: _Notice = ""


class PictureNoticeGiven(FormGiven):
    """A notice with a picture, in Chinese, English or both."""

    picture: Upload = Field(description="PNG, JPEG or WebP.")
    zh: _Notice = ""
    en: _Notice = ""


@gates_api.read("/venues/<venue_id>/gates", Right.SEE_GATES, GateSettings)
def show_gate_settings(venue_id: str) -> Any:
    """The settings of a venue's gates."""
    return gate_settings.shown(installation(), scope(), venue_id)


@gates_api.change("/venues/<venue_id>/gates/pin", Right.EDIT_GATES, takes=PinGiven)
def set_gate_pin(venue_id: str, given: PinGiven) -> None:
    """Set the guards' PIN of all gates of a venue, or take it away."""
    gate_settings.set_pin(installation(), scope(), venue_id, given.pin)


@gates_api.change("/venues/<venue_id>/gates/speech", Right.EDIT_GATES, takes=SpeechGiven)
def set_gate_speech(venue_id: str, given: SpeechGiven) -> None:
    """Let a venue's gates speak, or answer with a tone."""
    gate_settings.set_speaks(installation(), scope(), venue_id, given.speaks)


@gates_api.make("/venues/<venue_id>/gates/notices", Right.EDIT_GATES, Made, takes=NoticeGiven)
def add_gate_notice(venue_id: str, given: NoticeGiven) -> Any:
    """Show a notice on a venue's gates while nobody stands there."""
    return {"id": gate_settings.add_notice(installation(), scope(), venue_id, given.zh, given.en)}


@gates_api.remove("/venues/<venue_id>/gates/notices/<notice_id>", Right.EDIT_GATES)
def remove_gate_notice(venue_id: str, notice_id: str) -> None:
    """Take a notice down."""
    gate_settings.remove_notice(installation(), scope(), venue_id, notice_id)


@gates_api.make("/venues/<venue_id>/gates/pictures", Right.EDIT_GATES, Made, form=PictureNoticeGiven)
def add_picture_notice(venue_id: str, given: PictureNoticeGiven) -> Any:
    """Show a notice with a picture, which is drawn anew."""
    body = given.picture.read()
    return {"id": gate_settings.add_notice(installation(), scope(), venue_id, given.zh, given.en, body)}
