"""The threads of one process that make diagnoses: they take jobs, hold them while they run and end them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import uuid4

from service.errors import StorageError
from service.storage.diagnoses import StoredDiagnosis
from service.storage.jobs import Job, JobTable

LEASE: Final = timedelta(seconds=15)
"""How long a job waits for a process that ended without a word before it is begun again."""

MOST_ATTEMPTS: Final = 3
"""How often a job is begun; one that ends the process each time must not do so for ever."""

_TICK: Final = 1.0
_LOG: Final = logging.getLogger("service.jobs")


class NotWantedError(Exception):
    """Ends a job that was cancelled, or that another worker has taken over."""


class Task:
    """A job under way."""

    def __init__(self, job: Job, jobs: JobTable, worker: str) -> None:
        self.job = job
        self._jobs, self._worker = jobs, worker
        self._ended = threading.Event()

    def tell(self, progress: str) -> None:
        """Say how far it is, as JSON text; raises NotWantedError where nobody waits for it any longer."""
        if self._ended.is_set() or not self._jobs.tell(self.job.diagnosis, self._worker, progress):
            raise NotWantedError

    def end(self) -> None:
        """Have it end when it next says how far it is."""
        self._ended.set()


class Workers:
    """Up to `threads` threads of this process; those that find nothing to do end.

    `work` makes the row of a diagnosis, `give_up` the row of one that failed, which it is told why. Nothing is started
    before it is needed, so that nothing crosses a fork.
    """

    def __init__(
        self,
        jobs: JobTable,
        *,
        threads: int,
        work: Callable[[Task], StoredDiagnosis],
        give_up: Callable[[Job, Exception | None], StoredDiagnosis],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._jobs, self._work, self._give_up, self._clock = jobs, work, give_up, clock
        self._most = threads
        self._name = uuid4().hex
        self._lock = threading.Lock()
        self._ended = threading.Condition()
        self._stop = threading.Event()
        self._tasks: dict[str, Task] = {}
        self._alive = 0
        self._woken = False
        self._watching = False
        self._keeper: threading.Thread | None = None

    def wake(self) -> None:
        """Have jobs taken that wait."""
        with self._lock:
            if self._stop.is_set():
                return
            self._woken = True
            if self._alive < self._most:
                self._alive += 1
                threading.Thread(target=self._drain, name="job", daemon=True).start()
            self._keep()

    def watch(self) -> None:
        """Also take, from now on, jobs that other processes stored or left behind."""
        with self._lock:
            self._watching = True
            self._keep()

    def wait(self, seconds: float) -> None:
        """Wait until a job of this process has ended, at most so long."""
        with self._ended:
            self._ended.wait(seconds)

    def stop(self, *, patience: float = 5.0) -> None:
        """Take no more jobs, wait so many seconds for those under way, and give the others back."""
        self._stop.set()
        with self._ended:
            self._ended.wait_for(lambda: not self._alive, patience)
        try:
            self._jobs.release(self._name)
        except StorageError as error:
            _LOG.error("jobs could not be given back; they are begun again when their lease ends", exc_info=error)
        for task in tuple(self._tasks.values()):
            task.end()
        keeper = self._keeper
        if keeper is not None:
            keeper.join(patience)

    def _drain(self) -> None:
        """Do jobs until none is left."""
        while True:
            while (job := self._take()) is not None:
                self._do(job)
            with self._lock:
                if not self._woken or self._stop.is_set():
                    self._alive -= 1
                    break
                # One was stored since this thread looked.
                self._woken = False
        with self._ended:
            self._ended.notify_all()

    def _take(self) -> Job | None:
        if self._stop.is_set():
            return None
        try:
            return self._jobs.claim(self._name, now=self._clock(), lease=LEASE)
        except StorageError as error:
            _LOG.error("jobs cannot be taken", exc_info=error)
            return None

    def _do(self, job: Job) -> None:
        task = Task(job, self._jobs, self._name)
        with self._lock:
            self._tasks[job.diagnosis] = task
        try:
            self._jobs.finish(self._made(task), worker=self._name)
        except NotWantedError:
            pass
        except Exception as error:  # noqa: BLE001  a thread that ends would leave the jobs behind it waiting
            # The lease ends and the job is begun again, a limited number of times.
            _LOG.error("a diagnosis could not be stored", exc_info=error, extra={"diagnosis": job.diagnosis})
        finally:
            with self._lock:
                del self._tasks[job.diagnosis]
            with self._ended:
                self._ended.notify_all()

    def _made(self, task: Task) -> StoredDiagnosis:
        if task.job.attempts > MOST_ATTEMPTS:
            return self._give_up(task.job, None)
        try:
            return self._work(task)
        except NotWantedError:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, somebody waits to be told
            return self._give_up(task.job, error)

    def _keep(self) -> None:
        """Have a thread hold the jobs under way; the lock is held."""
        if self._keeper is None and not self._stop.is_set():
            self._keeper = threading.Thread(target=self._hold, name="jobs", daemon=True)
            self._keeper.start()

    def _hold(self) -> None:
        fails = False
        while not self._stop.wait(_TICK):
            try:
                self._hold_once()
                fails = False
            except StorageError as error:
                if not fails:
                    _LOG.error("jobs cannot be held until the database can be used again", exc_info=error)
                fails = True
            with self._lock:
                if not self._watching and not self._alive:
                    self._keeper = None
                    return

    def _hold_once(self) -> None:
        """Renew the leases, end what was cancelled, and look for jobs that nobody holds."""
        now = self._clock()
        with self._lock:
            tasks = dict(self._tasks)
        held = self._jobs.renew(self._name, now=now, lease=LEASE) if tasks else set()
        for diagnosis in tasks.keys() - held:
            tasks[diagnosis].end()
        if self._watching and len(tasks) < self._most and self._jobs.is_waiting(now):
            self.wake()
