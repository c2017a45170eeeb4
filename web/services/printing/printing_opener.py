"""A process of its own that opens strangers' files: whatever they do to it, the site goes on.

Run as `python -m web.services.printing.printing_opener WHAT PATH OPTIONS`; it answers in JSON, and behind
that with pixels, where a picture was asked for.
"""

from __future__ import annotations

import json
import resource
import sys
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from domain.errors import InputError
from domain.wording import Sentence
from printables.inspection.pages import pages_of
from printables.logo.picture import logo_of
from reader.inspection.inspecting import Page, Report, check_photo, inspect_page
from reader.inspection.limits import Camera
from reader.inspection.verdict import Goal
from web.services.printing.printing_sizes import TOO_LARGE, unfit
from web.services.visits.rounds.place_pictures_opening import place_picture
from web.services.visits.rounds.rounds_opening import texts_in

# What the program itself has mapped before it opens anything is about 200 MB of this.
DATA_MOST = 600_000_000
CPU_S = 20
_SIDE = 4_200
PAGES_MOST = 20
_CAMERAS = {"phone": Camera.PHONE, "kiosk": Camera.KIOSK}


def main() -> None:
    """Answer one question about one file on stdout."""
    resource.setrlimit(resource.RLIMIT_DATA, (DATA_MOST, DATA_MOST))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    what, path, options = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])
    answer: dict[str, object]
    pixels = b""
    try:
        if what == "logo":
            logo = logo_of(path.read_bytes())
            answer, pixels = {"width": logo.columns, "height": logo.rows}, logo.pixels
        elif what == "codes":
            answer = {"texts": texts_in(_grey(path)[0])}
        elif what == "place":
            picture = place_picture(path)
            answer, pixels = {"width": picture.width, "height": picture.height}, picture.jpeg
        else:
            answer = {"reports": _reports(path, options)}
    except InputError as refused:
        answer = {"refused": [refused.sentence.en, refused.sentence.zh]}
    except MemoryError:
        answer = {"refused": [TOO_LARGE.en, TOO_LARGE.zh]}
    sys.stdout.buffer.write(json.dumps(answer).encode("ascii") + b"\n" + pixels)


def _reports(path: Path, options: dict[str, object]) -> list[dict[str, object]]:
    distance, module_mm = options["distance"], options["module_mm"]
    goal = Goal(_CAMERAS[str(options["camera"])], float(str(distance)) if distance else None)
    if path.suffix == ".pdf":
        pages = islice(pages_of(path), PAGES_MOST)
        return [_told(report, at) for at, page in enumerate(pages, 1) for report in inspect_page(page, goal)]
    pixels, per_mm = _grey(path)
    if options["is_file"]:
        return [_told(report, 1) for report in inspect_page(Page(pixels, per_mm), goal)]
    known = float(str(module_mm)) if module_mm else None
    return [_told(report, 1) for report in check_photo(pixels, goal, module_mm=known)]


def _told(report: Report, page: int) -> dict[str, object]:
    found = report.code
    return {
        "page": page,
        "text": found.symbol.text if found else None,
        "passes": report.passes,
        "facts": [[fact.en, fact.zh] for fact in report.facts],
        "findings": [
            [finding.code.value, finding.sentence.en, finding.sentence.zh, finding.fails]
            for finding in report.findings
        ],
    }


def _grey(path: Path) -> tuple[NDArray[np.uint8], float | None]:
    """The picture upright in grey, and its pixels per printed mm if it says so."""
    try:
        with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as image:
            if why := unfit(image.format or "", *image.size):
                raise _refused(why)
            # Only the brightness is unpacked, at half or a quarter of a very large photograph.
            image.draft("L", (_SIDE, _SIDE))
            dpi = float(image.info.get("dpi", (0, 0))[0])
            upright = ImageOps.exif_transpose(_on_white(image).convert("L"))
    except UnidentifiedImageError:
        raise _refused(_NO_PICTURE) from None
    except Image.DecompressionBombError:
        raise _refused(TOO_LARGE) from None
    except (InputError, MemoryError):
        raise
    except Exception:  # a damaged file makes the parsers raise almost anything
        raise _refused(_DAMAGED) from None
    return np.asarray(upright), dpi / 25.4 if 1 < dpi < 10_000 and round(dpi) != 72 else None


def _on_white(image: Image.Image) -> Image.Image:
    """Transparent parts as white as paper."""
    if not image.has_transparency_data:
        return image
    colour = image.convert("RGBA")
    paper = Image.new("L", colour.size, "white")
    paper.paste(colour.convert("L"), mask=colour.getchannel("A"))
    return paper


def _refused(sentence: Sentence) -> InputError:
    return InputError("file", sentence.en, sentence.zh)


_NO_PICTURE = Sentence(
    "This is no JPEG, PNG, WebP or PDF, whatever its name says; save it as one of these.",
    "不是 JPEG、PNG、WebP 或 PDF（与扩展名无关），请另存为其中一种。",
)
_DAMAGED = Sentence(
    "The file is damaged or cut short; take the photograph again or save the file again.",
    "文件已损坏或不完整，请重新拍摄或重新保存。",
)

if __name__ == "__main__":
    main()
