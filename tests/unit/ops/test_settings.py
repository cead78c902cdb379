from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import ExitCode, Misconfigured
from service.ops.settings import Settings, describe, load_settings
from service.wire.record import Topics


def refusal(environ: dict[str, str]) -> str:
    with pytest.raises(Misconfigured) as caught:
        load_settings(environ)
    return str(caught.value)


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = load_settings({})

    assert settings == Settings()
    assert settings.brokers == "127.0.0.1:9092"
    assert settings.topics == Topics()
    assert settings.data_dir == Path(".khabar")


def test_an_empty_variable_counts_as_unset() -> None:
    assert load_settings({"KHABAR_HTTP_PORT": " ", "KHABAR_SCOPE_HEADER": ""}) == Settings()


def test_variables_of_others_are_left_alone() -> None:
    assert load_settings({"PATH": "/bin", "khabar_brokers": "x"}) == Settings()


@pytest.mark.parametrize(
    ("env", "text", "name", "value"),
    [
        pytest.param("KHABAR_BROKERS", " a:1 , b.c:65535,", "brokers", "a:1,b.c:65535", id="brokers"),
        pytest.param("KHABAR_BROKERS", "[::1]:9092", "brokers", "[::1]:9092", id="broker-ipv6"),
        pytest.param("KHABAR_HTTP_PORT", "0", "http_port", 0, id="any-free-port"),
        pytest.param("KHABAR_NEAR_TEXT", "false", "near_text", False, id="switch"),
        pytest.param("KHABAR_LOG_LEVEL", "WARNING", "log_level", "warning", id="level-in-capitals"),
        pytest.param("KHABAR_MAX_EVENT_BYTES", "512KiB", "max_event_bytes", 512 * 1024, id="size-with-unit"),
        pytest.param("KHABAR_MAX_EVENT_BYTES", "4096", "max_event_bytes", 4096, id="size-in-bytes"),
        pytest.param("KHABAR_ZONES", "A.com=Asia/Beirut, b.com=UTC", "zones", {"a.com": "Asia/Beirut", "b.com": "UTC"}),
        pytest.param("KHABAR_SOURCES", "B.com,a.com,b.com", "sources", ("b.com", "a.com"), id="sources-once-each"),
        pytest.param("KHABAR_COMMIT_INTERVAL", "0.25", "commit_interval", 0.25, id="seconds"),
    ],
)
def test_a_text_becomes_its_value(env: str, text: str, name: str, value: object) -> None:
    assert getattr(load_settings({env: text}), name) == value


@pytest.mark.parametrize(
    ("env", "text"),
    [
        ("KHABAR_BROKERS", "kafka"),
        ("KHABAR_BROKERS", "kafka:0"),
        ("KHABAR_BROKERS", "kafka:65536"),
        ("KHABAR_BROKERS", "kafka://kafka:9092"),
        ("KHABAR_BROKERS", ","),
        ("KHABAR_HTTP_PORT", "-1"),
        ("KHABAR_HTTP_PORT", "http"),
        ("KHABAR_NEAR_TEXT", "perhaps"),
        ("KHABAR_TOPIC_RAW", "news raw"),
        ("KHABAR_ZONES", "example.com"),
        ("KHABAR_ZONES", "example.com=Asia"),
        ("KHABAR_ZONES", "example.com=../../etc/passwd"),
        ("KHABAR_ZONES", "example.com=Atlantis/Capital"),
        ("KHABAR_SOURCES", ",".join(f"s{n}.com" for n in range(51))),
        ("KHABAR_COMMIT_INTERVAL", "0"),
        ("KHABAR_COMMIT_INTERVAL", "nan"),
        ("KHABAR_MAX_EVENT_BYTES", "lots"),
        ("KHABAR_LOG_LEVEL", "loud"),
        ("KHABAR_SECURITY_PROTOCOL", "ssl"),
        ("KHABAR_PARTITIONS_CLEAN", "0"),
    ],
)
def test_a_bad_value_is_one_line_that_names_the_variable(env: str, text: str) -> None:
    message = refusal({env: text})

    assert message.startswith(f"{env}: ")
    assert "\n" not in message


@given(st.text(max_size=50))
def test_whatever_the_text_only_misconfigured_is_raised(text: str) -> None:
    for name in ("BROKERS", "ZONES", "SOURCES", "HTTP_PORT", "MAX_RECORD_BYTES", "COMMIT_INTERVAL"):
        try:
            load_settings({f"KHABAR_{name}": text})
        except Misconfigured as error:
            assert error.exit_code == ExitCode.MISCONFIGURED  # noqa: PT017 - both ways out are right


@pytest.mark.parametrize(
    ("environ", "parts"),
    [
        pytest.param({"KHABAR_TOPIC_DATES": "news.raw"}, ("KHABAR_TOPIC_RAW", "KHABAR_TOPIC_DATES"), id="same-topic"),
        pytest.param(
            {"KHABAR_MAX_EVENT_BYTES": "7MiB"}, ("KHABAR_MAX_EVENT_BYTES", "KHABAR_MAX_TOPIC_BYTES"), id="event-size"
        ),
        pytest.param({"KHABAR_WINDOW_BYTES": "1MiB"}, ("KHABAR_MAX_RECORD_BYTES", "KHABAR_WINDOW_BYTES"), id="window"),
        pytest.param({"KHABAR_MIN_INSYNC_REPLICAS": "2"}, ("KHABAR_REPLICATION_FACTOR",), id="replicas"),
        pytest.param({"KHABAR_CONTENT_DAYS": "91"}, ("KHABAR_CONTENT_DAYS", "KHABAR_IDENTITY_DAYS"), id="days"),
        pytest.param({"KHABAR_SECURITY_PROTOCOL": "SASL_SSL"}, ("KHABAR_SASL_PASSWORD",), id="sasl"),
        pytest.param({"KHABAR_SSL_KEYFILE": "k.pem"}, ("KHABAR_SSL_CERTFILE", "KHABAR_SSL_KEYFILE"), id="key"),
    ],
)
def test_values_that_contradict_each_other_are_named(environ: dict[str, str], parts: tuple[str, ...]) -> None:
    message = refusal(environ)

    assert all(part in message for part in parts)
    assert "\n" not in message


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("KHABAR_BROKRES", "KHABAR_BROKERS"),
        ("KHABAR_HTPP_PORT", "KHABAR_HTTP_PORT"),
        ("KHABAR_SASL_PASSWORD_FIL", "KHABAR_SASL_PASSWORD_FILE"),
    ],
)
def test_a_misspelt_name_is_refused_with_the_name_that_was_meant(name: str, meant: str) -> None:
    message = refusal({name: "1"})

    assert name in message
    assert meant in message


def test_a_name_like_none_of_ours_is_refused() -> None:
    assert "KHABAR_XYZZY" in refusal({"KHABAR_XYZZY": "1"})


@pytest.mark.parametrize(
    "name",
    [
        "KHABAR_SERVICE_HOST",
        "KHABAR_SERVICE_PORT",
        "KHABAR_SERVICE_PORT_HTTP",
        "KHABAR_PORT",
        "KHABAR_PORT_6066_TCP",
        "KHABAR_PORT_6066_TCP_ADDR",
        "KHABAR_INTAKE_SERVICE_HOST",
        "KHABAR_INTAKE_PORT",
        "KHABAR_INTAKE_PORT_6066_TCP_PROTO",
    ],
)
def test_what_kubernetes_injects_is_left_alone(name: str) -> None:
    assert load_settings({name: "tcp://10.0.0.7:6066"}) == Settings()


def test_our_own_port_is_ours_although_it_looks_injected() -> None:
    assert refusal({"KHABAR_HTTP_PORT": "tcp://10.0.0.7:80"}).startswith("KHABAR_HTTP_PORT")


def test_a_secret_comes_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("s3cret\n", "utf-8")

    settings = load_settings({"KHABAR_SASL_PASSWORD_FILE": str(file)})

    assert settings.secrets == ("s3cret",)


def test_variable_and_file_together_are_refused(tmp_path: Path) -> None:
    message = refusal({"KHABAR_SASL_PASSWORD": "a", "KHABAR_SASL_PASSWORD_FILE": str(tmp_path / "b")})

    assert "KHABAR_SASL_PASSWORD_FILE" in message


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["missing", "not-text"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)

    assert str(file) in refusal({"KHABAR_SASL_PASSWORD_FILE": str(file)})


def test_secrets_are_shown_nowhere() -> None:
    settings = load_settings({"KHABAR_SASL_PASSWORD": "s3cret"})

    assert "s3cret" not in repr(settings)
    assert "s3cret" not in str(describe(settings))


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        setattr(load_settings({}), "brokers", "x:1")  # noqa: B010 - mypy knows that it is frozen


def test_what_describe_shows_can_be_set_again() -> None:
    settings = load_settings({"KHABAR_ZONES": "a.com=Asia/Beirut", "KHABAR_SOURCES": "a.com,b.com"})

    assert load_settings({row.env: row.value for row in describe(settings)}) == settings


def test_every_setting_says_what_it_means() -> None:
    assert [row.name for row in describe(Settings()) if not row.description.endswith(".")] == []


def test_partitions_are_given_by_topic_name() -> None:
    settings = load_settings({"KHABAR_TOPIC_DATES": "t.dates", "KHABAR_PARTITIONS_MENTIONS": "3"})

    assert settings.partitions["t.dates"] == settings.partitions["news.entities"] == 3
    assert settings.partitions["khabar.clean"] == 1
    assert set(settings.partitions) == set(settings.topics)
