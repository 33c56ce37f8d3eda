"""The server process."""

import uvicorn
from fastapi import FastAPI

from api.app import create_app
from bootstrap.logs import configure_logs
from bootstrap.services import open_services, prepare_database
from bootstrap.settings import load_settings


def app_from_environment() -> FastAPI:
    """Build the app that the environment describes, and bring its database up to date.

    Raises:
        SettingsError: A setting has a value that cannot be used.
        NewerSchemaError: The database is of a later release.
    """
    configure_logs()
    services = open_services(load_settings())
    prepare_database(services)
    return create_app(services, is_server=True)


def run_server() -> None:
    """Serve until told to stop."""
    settings = load_settings()
    uvicorn.run(
        # Built before there is an event loop: what is opened here waits for disk and database.
        app_from_environment(),
        host=settings.host,
        port=settings.port,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        # Ours has one line a call without paths and queries; uvicorn's would repeat both.
        access_log=False,
        server_header=False,
        timeout_keep_alive=65,
        # Less than `jobs.supervisor` waits before it kills: what is cut off here is cut off in order.
        timeout_graceful_shutdown=10,
    )
