"""What monitoring reads: counts and times of calls, by operation; nothing about people or batches."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The figures of one app; each has a registry of its own, so that a process may have several."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.in_progress = Gauge(
            "zhenghe_http_requests_in_progress", "Calls under way.", registry=self.registry
        )
        self._calls = Counter(
            "zhenghe_http_requests",
            "Calls answered.",
            ("method", "operation", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "zhenghe_http_request_seconds",
            "Time until a call was answered.",
            ("method", "operation"),
            buckets=_BUCKETS,
            registry=self.registry,
        )

    def observe(self, *, method: str, operation: str, status: int, seconds: float) -> None:
        """Count one call."""
        self._calls.labels(method, operation, str(status)).inc()
        self._seconds.labels(method, operation).observe(seconds)

    def render(self) -> bytes:
        """Return all figures in the text format of Prometheus."""
        return generate_latest(self.registry)
