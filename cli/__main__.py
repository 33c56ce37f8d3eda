"""``python -m cli`` is ``zhenghe``."""

from cli.main import main

main()
