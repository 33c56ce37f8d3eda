"""``python -m api`` serves."""

from api.main import run_server

if __name__ == "__main__":
    run_server()
