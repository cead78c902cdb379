from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.intake.urls import canonical_url, choose_canonical, host_of, registrable_domain

CASES = [
    ("scheme, host, default port", "http://www.Example.com:80/News", "https://example.com/News"),
    ("other port", "http://example.com:8080/a", "https://example.com:8080/a"),
    ("fragment", "https://example.com/a#top", "https://example.com/a"),
    ("script's fragment", "https://example.com/#!/a/1", "https://example.com/#!/a/1"),
    ("slash at the end", "https://example.com/a/", "https://example.com/a"),
    ("root", "https://example.com", "https://example.com/"),
    ("index file", "https://example.com/a/index.html", "https://example.com/a"),
    ("doubled slashes", "https://example.com//a///b", "https://example.com/a/b"),
    ("campaign", "https://example.com/a?utm_source=x&UTM_Medium=y", "https://example.com/a"),
    ("click ids", "https://example.com/a?fbclid=1&gclid=2&igshid=3&gbraid=4&srsltid=5", "https://example.com/a"),
    ("newsletter", "https://example.com/a?mc_cid=1&mc_eid=2&ref_src=twsrc", "https://example.com/a"),
    ("session", "https://example.com/a?PHPSESSID=1&id=2", "https://example.com/a?id=2"),
    ("order of the query", "https://example.com/a?b=2&a=1", "https://example.com/a?a=1&b=2"),
    ("article id in the query", "https://example.com/?p=33518", "https://example.com/?p=33518"),
    ("case of path and value", "https://example.com/C0Xy?ID=Xy", "https://example.com/C0Xy?ID=Xy"),
    ("empty value", "https://example.com/a?123", "https://example.com/a?123="),
    ("escaped ampersand", "https://example.com/a?x=1&amp;y=2", "https://example.com/a?x=1&y=2"),
    ("mobile host", "https://m.example.co.uk/a", "https://example.co.uk/a"),
    ("AMP host", "https://amp.example.com/a", "https://example.com/a"),
    ("AMP path", "https://example.com/a/amp/", "https://example.com/a"),
    ("AMP file", "https://example.com/a.amp.html", "https://example.com/a.html"),
    ("AMP parameter", "https://example.com/a?amp=1&output=amp", "https://example.com/a"),
    ("Google's AMP viewer", "https://www.google.com/amp/s/www.example.com/a", "https://example.com/a"),
    ("AMP cache", "https://www-example-com.cdn.ampproject.org/c/s/www.example.com/a", "https://example.com/a"),
    ("archive", "https://web.archive.org/web/2020/https://example.com/a?x=1", "https://example.com/a?x=1"),
    ("other sub-domain", "https://sport.example.com/a", "https://sport.example.com/a"),
    ("edition", "https://arabic.example.com/a", "https://arabic.example.com/a"),
    ("Arabic path", "https://example.com/خبر", "https://example.com/%D8%AE%D8%A8%D8%B1"),
    ("Arabic path escaped", "https://example.com/%d8%ae%d8%a8%d8%b1", "https://example.com/%D8%AE%D8%A8%D8%B1"),
    ("escaped slash stays", "https://example.com/a%2fb", "https://example.com/a%2Fb"),
    ("blank", "https://example.com/a b", "https://example.com/a%20b"),
    ("no scheme", "www.example.com/a", "https://example.com/a"),
    ("scheme-relative", "//example.com/a", "https://example.com/a"),
    ("doubled scheme", "http://http://example.com/a", "https://example.com/a"),
    ("missing slash", "http:/example.com/a", "https://example.com/a"),
    ("backslashes", "https:\\\\example.com\\a", "https://example.com/a"),
    ("white space", " https://example.com/a\n", "https://example.com/a"),
    ("user", "https://user:pw@example.com/a", "https://example.com/a"),
    ("Punycode host", "https://xn--mgbh0fb.example.com/a", "https://مثال.example.com/a"),
]
UNUSABLE = ["", " ", "javascript:void(0)", "mailto:a@example.com", "ftp://example.com/a", "https://", "/a/b", "a", "https://localhost/a",
            "http://[::1", "https://exa mple.com/", "tag:example.com,2026:1",
            "https://example.com:99999/a"]  # fmt: skip


@pytest.mark.parametrize(("url", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_url_gets_its_one_spelling(url: str, expected: str) -> None:
    assert canonical_url(url) == expected


@pytest.mark.parametrize("url", UNUSABLE)
def test_an_unusable_url_gives_nothing(url: str) -> None:
    assert canonical_url(url) == ""


@given(st.text(max_size=60), st.text(max_size=40))
def test_canonical_is_a_fixed_point(path: str, query: str) -> None:
    once = canonical_url(f"https://www.example.com/{path}?{query}")

    assert canonical_url(once) == once


@given(st.text(max_size=120))
def test_any_text_gives_a_url_or_nothing(url: str) -> None:
    assert canonical_url(url) == "" or canonical_url(url).startswith("https://")


@pytest.mark.parametrize(
    ("declared", "chosen"),
    [
        ("https://example.com/other", "https://example.com/other"),
        ("https://www.example.com/", "https://sub.example.com/a"),
        ("https://example.com/ar", "https://sub.example.com/a"),
        ("https://evil.example.org/a", "https://sub.example.com/a"),
        ("not a url", "https://sub.example.com/a"),
        (None, "https://sub.example.com/a"),
    ],
    ids=["same site", "site root", "language root", "another domain", "no URL", "none"],
)
def test_declared_canonical_counts_only_where_it_can_be_true(declared: str | None, chosen: str) -> None:
    assert choose_canonical("https://sub.example.com/a", declared) == chosen


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.bbc.co.uk", "bbc.co.uk"),
        ("arabic.cnn.com", "cnn.com"),
        ("a.b.gov.sa", "b.gov.sa"),
        ("waha.example", "waha.example"),
    ],
)
def test_registrable_domain_follows_the_public_suffixes(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


def test_host_has_no_www() -> None:
    assert host_of("https://WWW.Example.com./a") == "example.com"


def test_addresses_wrapped_in_each_other_come_to_an_end() -> None:
    archived = "web.archive.org/web/2026/http://"

    assert canonical_url(f"https://{archived * 2}a.example/x") == "https://a.example/x"
    assert canonical_url(f"https://{archived * 200}a.example/x") == ""
