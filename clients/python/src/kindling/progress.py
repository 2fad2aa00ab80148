"""Progress of stages, one line each, on standard error.

`KINDLING_PROGRESS`: `bar` redraws the lines of running stages in place, `lines` prints one line per ended stage,
`off` nothing; `auto`, the default, is `bar` on a terminal and `off` elsewhere. Unless forced, stages shorter than half
a second are not shown.
"""

from __future__ import annotations

import os
import sys
import time
from typing import Any, Dict, Mapping, Optional, TextIO

__all__ = ["Progress"]

_SHORT_MS = 500
_REDRAW_SECONDS = 0.05
_BAR_WIDTH = 24
_MODES = ("auto", "bar", "lines", "off")


class Progress:
    """Shows `progress` notifications; between `clear` and the next update the terminal belongs to others."""

    def __init__(self, stream: Optional[TextIO] = None, mode: Optional[str] = None) -> None:
        self._stream = stream if stream is not None else sys.stderr
        chosen = mode or os.environ.get("KINDLING_PROGRESS", "auto").lower()
        self._is_forced = chosen in ("bar", "lines")
        is_terminal = self._stream is not None and self._stream.isatty()
        automatic = "bar" if is_terminal else "off"
        self._mode = chosen if chosen in _MODES and chosen != "auto" else automatic
        # Running stages, by number, in order of their first news.
        self._running: Dict[int, Mapping[str, Any]] = {}
        self._drawn_lines = 0
        self._drawn_at = 0.0

    def update(self, news: Mapping[str, Any]) -> None:
        """Takes in one notification."""
        if self._mode == "off":
            return
        stage = int(news["stage"])
        if news.get("ended"):
            self._running.pop(stage, None)
            if self._is_shown(news):
                self.clear()
                self._write(_line(news, self._width()) + "\n")
            if self._mode == "bar":
                self._draw()
            return
        self._running[stage] = news
        if self._mode == "bar" and time.monotonic() - self._drawn_at >= _REDRAW_SECONDS:
            self._draw()

    def clear(self) -> None:
        """Takes the lines of running stages off the terminal."""
        if self._drawn_lines:
            up = f"\x1b[{self._drawn_lines - 1}A" if self._drawn_lines > 1 else ""
            self._write(f"\r{up}\x1b[J")
            self._drawn_lines = 0

    def rest(self) -> None:
        """No call waits any more: what still runs is not shown."""
        self.clear()
        self._running.clear()

    def _is_shown(self, news: Mapping[str, Any]) -> bool:
        return self._is_forced or news.get("elapsedMs", 0) >= _SHORT_MS

    def _draw(self) -> None:
        self.clear()
        lines = [_line(news, self._width()) for news in self._running.values() if self._is_shown(news)]
        if lines:
            self._write("\n".join(lines))
        self._drawn_lines = len(lines)
        self._drawn_at = time.monotonic()

    def _width(self) -> int:
        try:
            return os.get_terminal_size(self._stream.fileno()).columns - 1
        except (OSError, ValueError, AttributeError):
            return 100

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            self._mode = "off"  # nobody sees it any more


def _line(news: Mapping[str, Any], width: int) -> str:
    total = max(int(news.get("partitions", news.get("tasks", 0))), 1)
    done = min(int(news.get("done", 0)), total)
    filled = _BAR_WIDTH * done // total
    bar = "=" * filled + ">" * (done < total) + " " * (_BAR_WIDTH - filled - 1)
    counts = [f"{done}/{total} tasks"]
    counts += [f"{news[name]} {name}" for name in ("running", "failed") if news.get(name)]
    spilled = int(news.get("spilledBytes", 0)) / (1 << 20)
    if spilled:
        counts.append(f"{spilled:.{1 if spilled < 10 else 0}f} MiB spilled")
    seconds = f"{news.get('elapsedMs', 0) / 1000:.1f} s"
    head = f"Stage {news['stage']} {news.get('name', '')}".rstrip()
    tail = f" [{bar[:_BAR_WIDTH]}] {', '.join(counts)}, {seconds}"
    if len(head) + len(tail) > width:
        head = head[: max(8, width - len(tail) - 1)] + "…"
    return (head + tail)[: max(width, 20)]
