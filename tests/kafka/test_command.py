"""The command where something is wrong: one clear line and its own exit code."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from service.stream.supervisor import free_port
from tests.kafka.khabar import environment, khabar

pytestmark = pytest.mark.kafka


def one_line(err: str) -> str:
    """Return the last line of stderr, which must be the error and no traceback."""
    assert "Traceback" not in err
    return err.strip().splitlines()[-1]


async def test_a_broker_that_is_not_there_is_exit_3(tmp_path: Path) -> None:
    """A line that names the address, after the time that the setting gives."""
    environ = environment(f"127.0.0.1:{free_port()}", tmp_path, "none", KHABAR_START_TIMEOUT="2", KHABAR_HTTP_PORT="0")

    code, _, err = await khabar("worker", "intake", environ=environ)

    assert code == 3
    assert "no Kafka broker answers at 127.0.0.1:" in one_line(err)


async def test_an_occupied_port_is_exit_4(bootstrap: str, tmp_path: Path) -> None:
    """A line that names the port and the setting."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        environ = environment(bootstrap, tmp_path, "port", KHABAR_HTTP_PORT=str(taken.getsockname()[1]))

        code, _, err = await khabar("worker", "enrich", environ=environ)

    assert code == 4
    assert "is in use; KHABAR_HTTP_PORT" in one_line(err)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [("KHABAR_BROKRES", "x:9092", "did you mean KHABAR_BROKERS"), ("KHABAR_HTTP_PORT", "many", "KHABAR_HTTP_PORT")],
    ids=["misspelt name", "wrong value"],
)
async def test_a_wrong_setting_is_exit_2(tmp_path: Path, name: str, value: str, says: str) -> None:
    """A line that names the setting."""
    code, _, err = await khabar("worker", "dedupe", environ={**environment("127.0.0.1:1", tmp_path, "w"), name: value})

    assert code == 2
    assert says in one_line(err)


async def test_missing_topics_are_exit_2(bootstrap: str, unique: Callable[[str], str], tmp_path: Path) -> None:
    """A line that names the topics and the command that makes them."""
    environ = environment(bootstrap, tmp_path, unique("t"), KHABAR_HTTP_PORT="0")

    code, _, err = await khabar("worker", "dedupe", environ=environ)

    assert code == 2
    assert "khabar topics create" in one_line(err)


async def test_topics_are_created_and_checked(bootstrap: str, unique: Callable[[str], str], tmp_path: Path) -> None:
    """Check says what is missing, create makes it, check is content; other settings than the topics' are told."""
    environ = environment(bootstrap, tmp_path, unique("t"))

    assert (await khabar("topics", "check", environ=environ))[0] == 1
    code, out, _ = await khabar("topics", "create", environ=environ)
    assert (code, out.count(": created")) == (0, 7)
    assert (await khabar("topics", "create", environ=environ))[1].count("was there") == 7
    code, out, _ = await khabar("topics", "check", environ=environ)
    assert (code, out.strip()) == (0, "all topics are as the settings say")
    code, out, _ = await khabar("topics", "check", environ={**environ, "KHABAR_PARTITIONS_ARTICLES": "12"})
    assert code == 1
    assert "has 6 partitions, the settings say 12" in out


async def test_produce_feeds_lines_lists_and_feeds(
    bootstrap: str, unique: Callable[[str], str], tmp_path: Path
) -> None:
    """NDJSON gives a message a line, a JSON list one an item, a feed one an entry; plain lines when piped."""
    environ = environment(bootstrap, tmp_path, unique("t"))
    await khabar("topics", "create", environ=environ)
    (tmp_path / "lines.ndjson").write_text('{"title": "a"}\n\n{"title": "b"}\n')
    (tmp_path / "list.json").write_text('[{"title": "c"}, {"title": "d"}]')
    (tmp_path / "note.txt").write_text("Headline\n\nBody of the note.")
    (tmp_path / "feed.xml").write_text(
        '<rss version="2.0"><channel><title>Daily</title><item><title>e</title><link>https://example.com/e</link>'
        "</item><item><title>f</title></item></channel></rss>"
    )
    names = ["lines.ndjson", "list.json", "note.txt", "feed.xml"]

    code, out, _ = await khabar("produce", *(str(tmp_path / name) for name in names), environ=environ)

    assert code == 0
    assert out.startswith("sent 7 records to raw.")
