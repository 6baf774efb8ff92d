"""What the connections share, and what one of them is answered."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from wyoming.info import Info

from voice_skill.bridges.sessions import Sessions
from voice_skill.bridges.skill import Skill

T = TypeVar("T")

WORKERS = 4
"""Threads that think. A connection gives them one job at a time, so that none can keep them all."""


@dataclass
class Service:
    """The skill and its conversations, with the threads in which they work."""

    skill: Skill
    sessions: Sessions
    info: Info
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(WORKERS, "bridge"))

    async def think(self, work: Callable[[], T]) -> T:
        """Do ``work`` in a thread, so that the others are served meanwhile."""
        return await asyncio.get_running_loop().run_in_executor(self.pool, work)
