"""Vectors P13 and P14: damaged base45, and everything else that people hold before a camera."""

from __future__ import annotations

from tests.domain.visitor_code_attack import Vector, text, token

GOOD = text(token())


def text_attacks() -> list[Vector]:
    """All of them, in the order of their ids."""
    return [*_base45(), *_texts()]


def _base45() -> list[Vector]:
    return [
        Vector("P13", "GGW, one more than 65535, in the body", GOOD[:40] + "GGW" + GOOD[43:], "base45"),
        Vector("P13b", ":::, the largest triple, in the body", GOOD[:40] + ":::" + GOOD[43:], "base45"),
        Vector("P13c", "lower case", "CP1:" + GOOD[4:].lower(), "length_or_alphabet"),
        Vector("P13d", "one lower-case letter", GOOD[:40] + "a" + GOOD[41:], "length_or_alphabet"),
        Vector("P13e", "é", GOOD[:40] + "é" + GOOD[41:], "length_or_alphabet"),
        Vector("P13f", "tail V5, which stands for 256 and not a byte", GOOD[:-3] + "V5", "base45"),
        Vector("P13g", "two symbols cut off", GOOD[:-2], "base45"),
        Vector("P13h", "tail ::, more than a byte", GOOD + "::", "base45"),
        Vector("P13i", "full-width digit", GOOD[:40] + "１" + GOOD[41:], "length_or_alphabet"),
        Vector("P13j", "tab", GOOD[:40] + "\t" + GOOD[41:], "length_or_alphabet"),
        Vector("P13k", "= from another base", GOOD[:-1] + "=", "length_or_alphabet"),
        Vector("P13l", "line feed in the middle", GOOD[:90] + "\n" + GOOD[90:], "length_or_alphabet"),
        Vector("P13m", "Arabic-Indic digit", GOOD[:40] + "٣" + GOOD[41:], "length_or_alphabet"),
    ]


def _texts() -> list[Vector]:
    foreign = {
        "P14": ("nothing", ""),
        "P14b": ("4,296 symbols, a full QR", "A" * 4296),
        "P14c": ("a web address", "https://example.org/?q=CP1:"),
        "P14d": ("a Wi-Fi code", "WIFI:T:WPA;S:guest;P:CP1:secret;;"),
        "P14e": ("a vCard", "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Li;Wei\r\nEND:VCARD"),
        "P14f": ("a payment code", "wxp://f2f0AbCdEfGhIjKlMnOpQrStUvWxYz"),
        "P14g": ("a poster of ours", "HTTPS://PARK.EXAMPLE/V/AAISEM2EKVTHPCEZVK54ZXPO74"),
        "P14h": ("an EU health certificate", "HC1:" + GOOD[4:]),
        "P14i": ("an enrolment code", "CPK1:PMRHIIR2EJ3SELBC"),
        "P14j": ("right-to-left mark before a good code", "\u200f" + GOOD),
        "P14k": ("byte order mark before a good code", "\ufeff" + GOOD),
        "P14l": ("space before a good code", " " + GOOD),
        "P14m": ("lower-case prefix", "cp1:" + GOOD[4:]),
        "P14n": ("NUL before a good code", "\0" + GOOD),
        "P14o": ("lone surrogate", "\ud800"),
        "P14p": ("the next version of ours", "CP2:" + GOOD[4:]),
    }
    long = {
        "P14q": ("the prefix alone", "CP1:"),
        "P14r": ("the prefix and 4,292 symbols", "CP1:" + "0" * 4292),
        "P14s": ("NUL in the body", GOOD[:40] + "\0" + GOOD[41:]),
        "P14t": ("right-to-left mark in the body", GOOD[:40] + "\u200f" + GOOD[40:]),
        "P14u": ("lone surrogate in the body", GOOD[:40] + "\udfff" + GOOD[41:]),
        "P14v": ("149 symbols", "CP1:" + "0" * 145),
        "P14w": ("241 symbols", "CP1:" + "0" * 237),
    }
    return [
        *(Vector(i, title, shown, "foreign") for i, (title, shown) in foreign.items()),
        *(Vector(i, title, shown, "length_or_alphabet") for i, (title, shown) in long.items()),
        Vector("P14x", "150 symbols, all zero bytes", "CP1:" + "0" * 146, "shape"),
        Vector("P14y", "240 symbols, all zero bytes", "CP1:" + "0" * 236, "shape"),
    ]
