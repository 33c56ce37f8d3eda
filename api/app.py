"""The HTTP application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from api import (
    audit,
    auth,
    batches,
    documents,
    offices,
    packages,
    page_images,
    papers,
    periods,
    probes,
    quality,
    rows,
    settings,
    sheets,
    tokens,
    uploads,
    users,
    way,
)
from api.description import tidy
from api.errors import add_error_handlers
from api.frame import Frame
from api.metrics import Metrics
from api.pages import Pages
from bootstrap.housekeeping import start_housekeeping
from bootstrap.services import Services

PREFIX = "/api/v1"
VERSION = "1"

_RESOURCES = (
    auth,
    tokens,
    offices,
    users,
    settings,
    periods,
    batches,
    documents,
    page_images,
    sheets,
    papers,
    quality,
    uploads,
    rows,
    way,
    packages,
    audit,
)

_TAGS = [
    {"name": "auth", "description": "登录、退出与本人账号"},
    {"name": "tokens", "description": "程序令牌"},
    {"name": "offices", "description": "单位"},
    {"name": "users", "description": "账号管理"},
    {"name": "settings", "description": "单位设置"},
    {"name": "periods", "description": "报送时段"},
    {"name": "batches", "description": "批次"},
    {"name": "documents", "description": "批次中的文件和页面图像"},
    {"name": "uploads", "description": "可续传的分段上传（tus 1.0）"},
    {"name": "review", "description": "复核：领取、决定、撤销"},
    {"name": "way", "description": "报送、接收、退回"},
    {"name": "packages", "description": "改正后的汇总信息表与移交包"},
    {"name": "log", "description": "操作日志"},
    {"name": "verify", "description": "在线核验"},
    {"name": "service", "description": "运行状况"},
]


def create_app(services: Services, *, is_server: bool = False) -> FastAPI:
    """Build the app; may be called many times in one process.

    Args:
        services: What it works with.
        is_server: It tidies up now and then, and closes the services at its end.
    """
    metrics = Metrics()

    @asynccontextmanager
    async def serve(_app: FastAPI) -> AsyncIterator[None]:
        end = start_housekeeping(services)
        yield
        end()
        services.close()

    app = FastAPI(
        title="证核 Zhenghe",
        version=VERSION,
        summary="Cross-checks professional-title sheets against certificates and approval documents.",
        openapi_url=f"{PREFIX}/openapi.json",
        # Their pages load scripts from elsewhere, and offices often have no way there.
        docs_url=None,
        redoc_url=None,
        openapi_tags=_TAGS,
        generate_unique_id_function=_operation_id,
        redirect_slashes=False,
        lifespan=serve if is_server else None,
    )
    app.state.services = services
    app.state.metrics = metrics
    app.add_middleware(Frame, metrics=metrics)
    add_error_handlers(app)
    app.include_router(probes.router)
    app.include_router(_version_1())
    # Not a mounted app: that would take known addresses with unknown methods too.
    app.router.default = Pages(services.settings.web_dir)
    describe = app.openapi
    app.openapi = cache(lambda: tidy(describe()))  # type: ignore[method-assign]
    return app


def _version_1() -> APIRouter:
    router = APIRouter(prefix=PREFIX)
    for resource in _RESOURCES:
        router.include_router(resource.router)
    return router


def _operation_id(route: APIRoute) -> str:
    """Name an operation after its handler; generated clients show these names."""
    return route.name
