"""What a printed code must measure to be read by a phone or a kiosk, and where each number comes from."""

from __future__ import annotations

from enum import Enum
from typing import Final

# ISO/IEC 18004 §6.3.8: light modules that must stay free on every side.
QUIET_ZONE: Final = 4
# ISO/IEC 15415: difference of reflectance between light and dark, grade B or better when printed.
LEAST_SYMBOL_CONTRAST: Final = 0.55
# A module must be this many times as large as the camera needs in good light and held straight.
MARGIN: Final = 2


class Camera(Enum):
    """What will read a symbol; the value is the distance it reaches in modules.

    Derived from simulated frames at 2.5 pixels a module, sharp and frontal: a phone's 1920 pixels
    over 65°, a webcam's 1280 over 60°.
    """

    PHONE = 600
    KIOSK = 440
