"""Each act of the staff by its name: which fields it reads, and what it then asks of the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from domain.errors import InputError
from domain.reason import Reason
from domain.venue import Direction
from domain.wording import Sentence
from kiosk.desk import form
from kiosk.desk.desk import Desk, Done
from kiosk.desk.form import Form, FormError
from kiosk.gate.particulars import Particulars

Act = Callable[[Desk, Form], Done]


def _temperature(desk: Desk, fields: Form) -> Done:
    tenths = fields.read("temperature", form.tenths, 0)
    fields.checked()
    return desk.measured(tenths)


def _companions(desk: Desk, fields: Form) -> Done:
    companions = fields.read("count", form.count(form.COMPANIONS_MOST), 0)
    fields.checked()
    entry_id = fields.typed("entry")
    return desk.accompanied_last(entry_id, companions) if entry_id else desk.accompanied_next(companions)


def _vehicle(desk: Desk, fields: Form) -> Done:
    by_code = fields.typed("driver") == "code"
    others = fields.read("others", form.count(form.OTHERS_MOST), 0)
    phones = tuple(fields.optional(f"phone{number}", form.phone) for number in range(1, others + 1))
    particulars = Particulars(
        name="" if by_code else fields.read("name", form.name, ""),
        phone="" if by_code else fields.optional("phone", form.phone),
        plate=fields.optional("plate", form.plate),
        occupants=phones,
        in_vehicle=True,
    )
    fields.checked()
    done = desk.driven(particulars)
    if done.answer is not None and done.answer.reason is Reason.VEHICLE_INCOMPLETE:
        raise FormError(_absent(particulars, done.sentence))
    return done


def _absent(particulars: Particulars, told: Sentence) -> dict[str, Sentence]:
    """The fields for want of which a vehicle was refused; the entry of the refusal is kept."""
    wanted = Sentence("Missing: the vehicle was refused.", "未填写：车辆已被劝返。")
    given = {"plate": particulars.plate, "phone": particulars.phone}
    given |= {f"phone{number}": phone for number, phone in enumerate(particulars.occupants, 1)}
    return {name: wanted for name, value in given.items() if not value} or {"plate": told}


def _number(desk: Desk, fields: Form) -> Done:
    number = fields.read("number", form.number, "")
    fields.checked()
    return desk.numbered(number)


def _registration(desk: Desk, fields: Form) -> Done:
    name = fields.read("name", form.name, "")
    phone = fields.read("phone", form.phone, "")
    fields.checked()
    return desk.registered(name, phone)


def _refusal(desk: Desk, fields: Form) -> Done:
    typed = fields.read("why", form.why, "")
    # One that was chosen comes in both languages too; what was typed over it is its own.
    chosen = Sentence(fields.optional("why_en", form.why), fields.optional("why_zh", form.why))
    fields.checked()
    is_chosen = chosen.en and chosen.zh and typed in (chosen.en, chosen.zh)
    why = chosen if is_chosen else Sentence(typed, typed)
    return desk.refused(why, fields.typed("entry"))


def _undo(desk: Desk, fields: Form) -> Done:
    return desk.took_back(fields.typed("entry"))


def _direction(desk: Desk, fields: Form) -> Done:
    if fields.typed("direction") not in set(Direction):
        raise InputError("direction", "Choose in or out.", "请选择进或出。")
    return desk.faced(Direction(fields.typed("direction")))


ACTS: Mapping[str, Act] = {
    "temperature": _temperature,
    "companions": _companions,
    "vehicle": _vehicle,
    "number": _number,
    "registration": _registration,
    "refusal": _refusal,
    "undo": _undo,
    "direction": _direction,
}
