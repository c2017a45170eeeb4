"""The one door to OpenCV, whose limits are set before it loads because it reads them only once.

Import `cv2` from here and nowhere else: `from reader.opencv import cv2`. A PNG of 107 KB
otherwise grows to 1.8 GB inside `cv2.imdecode`, and a missing camera fills the terminal.
"""

import os

from reader.images import MAX_PIXELS

os.environ.setdefault("OPENCV_IO_MAX_IMAGE_PIXELS", str(MAX_PIXELS))
os.environ.setdefault("OPENCV_LOG_LEVEL", "FATAL")
os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")  # AV_LOG_QUIET: we say it in our own words
# OpenCV's own linear algebra: on matrices as small as ours its threads wait more than they work.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import cv2

__all__ = ["cv2", "use_one_thread"]


def use_one_thread() -> None:
    """Keep OpenCV to the calling thread, so that decoding never starves the screen or the spool."""
    cv2.setNumThreads(1)
