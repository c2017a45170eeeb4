"""Logos of enterprises and pictures of places: handed in as files, kept as pixels drawn anew, looked at."""

from __future__ import annotations

from typing import Any

from flask import Response
from pydantic import Field

from domain.access import Right
from printables.logo.picture import MOST_BYTES
from web.api.declaring.calling import scope
from web.api.declaring.operations import Operations
from web.api.declaring.shapes import FormGiven, Id, Query, Upload, list_of, told
from web.services.places import logos, places
from web.services.visits.rounds import place_pictures
from web.services.visits.rounds.place_pictures import FILE_MOST
from web.services.visits.rounds.place_pictures import PlacePicture as PictureRow
from web.views.asking.session import installation

pictures_api = Operations("pictures", "Logos and pictures of places")
PlacePicture = told(PictureRow, "PlacePicture")


class LogoGiven(FormGiven):
    """A logo."""

    logo: Upload = Field(description="PNG, JPEG or SVG, at most 2 MB.")


class PictureGiven(FormGiven):
    """A photograph of a place."""

    picture: Upload = Field(description="JPEG, PNG or WebP, at most 16 MB.")


class SpotAsked(Query):
    """Of which entrance; of the venue as a whole without."""

    entrance_id: Id = ""


@pictures_api.change("/enterprises/<enterprise_id>/logo", Right.EDIT_PLACES, form=LogoGiven, room=MOST_BYTES)
def put_logo(enterprise_id: str, given: LogoGiven) -> None:
    """Keep a logo; it is on everything that is printed from now on."""
    logos.put(installation(), scope(), enterprise_id, given.logo.read(MOST_BYTES + 1))


@pictures_api.file("GET", "/enterprises/<enterprise_id>/logo", Right.SEE_PLACES, ("image/png",))
def show_logo(enterprise_id: str) -> Response:
    """The logo as it is printed; 404 without one."""
    return Response(logos.as_png(installation(), scope(), enterprise_id), mimetype="image/png")


@pictures_api.remove("/enterprises/<enterprise_id>/logo", Right.EDIT_PLACES)
def remove_logo(enterprise_id: str) -> None:
    """Forget the logo; prints are made without it from now on."""
    logos.remove(installation(), scope(), enterprise_id)


@pictures_api.read("/venues/<venue_id>/pictures", Right.SEE_PLACES, list_of(PlacePicture, "PlacePictures"))
def list_pictures(venue_id: str) -> Any:
    """Which pictures of a venue and its entrances there are; `entrance_id` is "" for the venue's own."""
    places.venue(installation(), scope(), venue_id)
    found = place_pictures.listed(installation(), scope(), venue_id)
    return {"items": [found[key] for key in sorted(found)]}


@pictures_api.change(
    "/venues/<venue_id>/picture", Right.EDIT_PLACES, form=PictureGiven, query=SpotAsked, room=FILE_MOST
)
def put_picture(venue_id: str, given: PictureGiven, asked: SpotAsked) -> None:
    """Keep a picture that visitors compare with where they stand; only small pixels of it are kept."""
    data = given.picture.read(FILE_MOST + 1)
    place_pictures.put(installation(), scope(), venue_id, asked.entrance_id, data)


@pictures_api.file("GET", "/venues/<venue_id>/picture", Right.SEE_PLACES, ("image/jpeg",), query=SpotAsked)
def show_picture(venue_id: str, asked: SpotAsked) -> Response:
    """A picture; 404 without one."""
    body = place_pictures.as_jpeg(installation(), scope(), venue_id, asked.entrance_id)
    return Response(body, mimetype="image/jpeg")


@pictures_api.remove("/venues/<venue_id>/picture", Right.EDIT_PLACES, query=SpotAsked)
def remove_picture(venue_id: str, asked: SpotAsked) -> None:
    """Forget a picture."""
    place_pictures.remove(installation(), scope(), venue_id, asked.entrance_id)
