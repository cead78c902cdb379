"""The one way out when something could not be delivered: end at once, un-acknowledged."""

from __future__ import annotations

import logging
import os
from typing import NoReturn

import structlog

from service.errors import ExitCode

log = structlog.get_logger(__name__)


def die(event: str, error: BaseException) -> NoReturn:
    """End the process now with exit code 70; what is not acknowledged is read again after the restart.

    An orderly stop would let Faust acknowledge and commit on its way out. The error's type is logged, and its text
    only where it is the brokers' or the system's (never an article's).
    """
    log.critical(event, error=type(error).__name__, detail=str(error)[:300], exit_code=int(ExitCode.DELIVERY_FAULT))
    logging.shutdown()
    os._exit(ExitCode.DELIVERY_FAULT)
