"""The names under which the site's opener knows the inspection, which lives in `reader.inspection`."""

from reader.inspection.inspecting import Report, check_photo, inspect_page

__all__ = ["Report", "check_photo", "inspect_page"]
