"""The card behind a windscreen: a visitor's card with the plate, both to be seen from outside."""

from __future__ import annotations

from domain.visitor import cleaned
from printables.kinds.windscreen import PassContent
from web.services.installation import Installation
from web.services.people import codes
from web.services.places import logos
from web.services.places.posters.posters import Artefact
from web.services.printing import printing
from web.services.printing.printing_options import Options, kind_of, pages_of
from web.store.scope import Scope

SUBJECT_MOST = 60


def windscreen(inst: Installation, scope: Scope, visitor_id: str, subject: str, options: Options) -> Artefact:
    """The card as a PDF; it takes the place of the visitor's card. InputError without a plate or purpose."""
    new = codes.new_card(inst, scope, visitor_id)
    card = new.content
    content = PassContent(
        code=card.code,
        subject=cleaned(subject, "subject", SUBJECT_MOST),
        valid_until=card.valid_until,
        holder=card.visitor_name,
        short_number=card.short_number,
        issuer=card.issuer,
    )
    logo = logos.of_enterprise(inst, scope, new.visitor.enterprise_id)
    pages = pages_of(kind_of("windscreen"), content, options, logo)
    made = printing.as_file(pages, "pdf", f"windscreen-{card.short_number}")
    # Last: a card that cannot be drawn must not cost its owner the one they have.
    codes.exchange(inst, (new,))
    return made
