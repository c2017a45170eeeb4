"""The Flask extensions the pages stand on, made once and bound to an app by `register_views`."""

from __future__ import annotations

from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager

from web.views.asking.limiting import SCHEME
from web.views.asking.signed import FormTokens

babel = Babel()
bootstrap = Bootstrap5()
csrf = FormTokens()
login_manager = LoginManager()


class _LimitsOfPages(Limiter):
    """Flask-Limiter without its question before every request: all our limits are those of pages."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        if not in_middleware:
            super()._check_request_limit(callable_name, in_middleware)


limiter = _LimitsOfPages(get_remote_address, storage_uri=f"{SCHEME}://")
