"""The order of measuring: what is compared is measured directly one after the other.

A round starts a server for each way to serve and each size of store, all sizes at once, on fresh
copies. Each kind of request is followed by its yardsticks.
"""
import contextlib
import shutil
import time
from dataclasses import dataclass

from figures import Figures, Row
from kinds import KINDS, MASKED, request_files
from programs import Programs, settle
from servers import MeasuredServer, make_certificate
from stores import has_option, sync
from targets import CACHED, PLAIN, TLS

CACHE_OPTION = "--cache-mib"


@dataclass(frozen=True)
class Setup:
    """A way to serve, the kinds that are measured so, and whether against all yardsticks."""
    name: str
    options: tuple = ()
    kinds: tuple = tuple(KINDS)
    certificate: object = None
    all_yardsticks: bool = False


class Bench:
    def __init__(self, options, work, stores):
        self.options, self.work, self.stores = options, work, stores
        self.programs = Programs(options.build, options.seconds, options.threads)
        self.figures = Figures()
        self.files = {store.shoppers: request_files(work / f"requests-{store.shoppers}", store)
                      for store in stores}
        self.nothing = work / "constant.requests"
        self.nothing.write_text("200 GET /\n")
        self.setups = self._setups()

    def _setups(self):
        threads = ("--threads", self.options.threads)
        has_cache = has_option(self.options.build / "velum", CACHE_OPTION)
        uncached = (*threads, CACHE_OPTION, 0) if has_cache else threads
        setups = [Setup(PLAIN, uncached, all_yardsticks=True)]
        if has_cache:
            cached = (*threads, CACHE_OPTION, self.options.cache_mib)
            setups.append(Setup(CACHED, cached, (MASKED,)))
        else:
            print(f"velum serve has no {CACHE_OPTION}: no row with a cache.")
        if self.options.tls:
            setups.append(Setup(TLS, uncached, certificate=make_certificate(self.work)))
        return setups

    def run_round(self):
        for setup in self.setups:
            with contextlib.ExitStack() as ends:
                servers = [self._start(setup, store, ends) for store in self.stores]
                # What only reads comes first, and so finds the store as it was filled.
                for writes in (False, True):
                    kinds = [kind for kind in setup.kinds if kind.writes == writes]
                    self._measure_kinds(setup, kinds, servers)

    def _start(self, setup, store, ends):
        """The server of a fresh copy, with what was seen of its start, until `ends` ends."""
        copied = store.copied_to(self.work / f"store-{store.shoppers}")
        server = MeasuredServer(copied, setup.certificate, setup.options)
        ends.callback(server.stop)
        time.sleep(self.options.idle_s)
        self.figures.add_start(store.shoppers, setup.name, {"ready_ms": server.ready_ms,
                                                            "idle_mib": server.resident_mib()})
        if setup.all_yardsticks:
            self._copy_database(store)
        return server

    def _alone(self, shoppers):
        """Where the database is that the store's own rate is measured on."""
        return self.work / f"store-alone-{shoppers}"

    def _copy_database(self, store):
        folder = self._alone(store.shoppers)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        sync(shutil.copy(store.data / "data.db", folder))

    def _measure_kinds(self, setup, kinds, servers):
        for connections in self.options.connections:
            for kind in kinds:
                for store, server in zip(self.stores, servers):
                    result = self._measure(setup, kind, connections, store.shoppers, server)
                    self.figures.add(Row(store.shoppers, setup.name, kind.name, connections),
                                     result)

    def _measure(self, setup, kind, connections, shoppers, server):
        result = self.programs.load(server, connections, self.files[shoppers][kind.name])
        result["rss_mib"] = server.resident_mib()
        settle(server.pid)
        if setup.all_yardsticks and kind.durable:
            result["flush"] = self.programs.flush_rate(self.work)
        if setup.all_yardsticks and kind.in_store:
            result["store"] = self.programs.store_rate(self._alone(shoppers), connections)
        with self.programs.constant(result["body_bytes"], server.certificate) as constant:
            result["constant"] = self.programs.load(constant, connections, self.nothing)
        return result
