"""How the service writes its log: one JSON object a line, to the standard error stream."""

import logging
import sys

import structlog


def configure_logs(*, as_json: bool | None = None) -> None:
    """Set up logging for this process; call it once, at its start.

    Args:
        as_json: ``None`` writes for people where a terminal reads it, else for programs.
    """
    for_programs = not sys.stderr.isatty() if as_json is None else as_json
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if for_programs
        else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
