# SPDX-License-Identifier: Apache-2.0
"""Signing in, signing out, and being told who one is."""

import json
import stat

from tests.support.playground import log_in, make_project
from tests.support.terminal import Site


def test_a_login_link_is_exchanged_for_a_token_that_only_its_owner_can_read(site: Site) -> None:
    ended = site.run("alice", "login", site.make_link("alice"))
    path = site.find_login("alice")
    assert (ended.code, "Signed in" in ended.stdout) == (0, True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text())["token"] not in ended.stdout


def test_a_link_is_also_read_from_the_input(site: Site) -> None:
    ended = site.run("alice", "login", stdin=f"{site.make_link('alice')}\n")
    assert ended.code == 0, ended


def test_a_link_works_once(site: Site) -> None:
    link = site.make_link("alice")
    site.run("alice", "login", link)
    ended = site.run("bob", "login", link)
    assert (ended.code, site.find_login("bob").exists()) == (1, False)
    assert "This login link was used" in ended.stderr


def test_what_is_no_login_link_is_wrong_usage(site: Site) -> None:
    ended = site.run("alice", "login", f"{site.url}/projects")
    assert (ended.code, "/sign-in?code=" in ended.stderr) == (2, True)


def test_an_empty_input_signs_nobody_in(site: Site) -> None:
    assert site.run("alice", "login", "--token").code == 2


def test_link_and_token_exclude_each_other(site: Site) -> None:
    assert site.run("alice", "login", site.make_link("alice"), "--token", "x").code == 2


def test_a_token_is_read_from_the_input_and_tried_before_it_is_kept(site: Site) -> None:
    make_project(site.door)
    wrong = site.run("alice", "login", "--token", stdin="not-a-token\n")
    assert (wrong.code, site.find_login("alice").exists()) == (1, False)
    right = site.run("alice", "login", "--token", stdin=f"{log_in(site.door, 'alice')}\n")
    assert (right.code, site.find_login("alice").exists()) == (0, True)


def test_a_server_named_by_option_is_remembered(site: Site) -> None:
    link = site.make_link("alice")
    environment = {"ATR_URL": "http://127.0.0.1:9"}
    site.environment = environment
    assert site.run("alice", "login", link, "--url", f"{site.url}/").code == 0
    assert json.loads(site.find_login("alice").read_text())["url"] == site.url


def test_whoami_names_roles_and_what_they_permit(site: Site) -> None:
    make_project(site.door)
    said = site.do("rm", "whoami").stdout
    assert "release_manager" in said
    found = site.do("rm", "whoami", "--json").data
    assert (found["person"]["id"], found["projects"][0]["project"]) == ("rm", "demo")


def test_nobody_is_told_how_to_sign_in(site: Site) -> None:
    ended = site.atr(None, "whoami")
    assert (ended.code, "atr login" in ended.stderr, ended.stdout) == (1, True, "")


def test_the_token_of_the_environment_goes_first(site: Site) -> None:
    make_project(site.door)
    site.sign_in("alice")
    site.environment = {"ATR_TOKEN": log_in(site.door, "bob")}
    assert site.do("alice", "whoami", "--json").data["person"]["id"] == "bob"
    assert "ATR_TOKEN is set" in site.run("alice", "login", site.make_link("alice")).stderr


def test_logout_ends_the_token_on_the_server_too(site: Site) -> None:
    site.sign_in("alice")
    token = json.loads(site.find_login("alice").read_text())["token"]
    assert "Signed out" in site.run("alice", "logout").stdout
    assert not site.find_login("alice").exists()
    site.environment = {"ATR_TOKEN": token}
    assert site.run("alice", "whoami").code == 1


def test_logout_twice_is_no_failure(site: Site) -> None:
    site.sign_in("alice")
    kept = site.find_login("alice").read_text()
    site.run("alice", "logout")
    again = site.run("alice", "logout")
    assert (again.code, again.stderr) == (0, "Nobody was signed in.\n")
    site.find_login("alice").write_text(kept)
    assert site.run("alice", "logout").code == 0


def test_logout_forgets_even_when_the_server_is_gone(site: Site) -> None:
    site.find_login("alice").write_text(json.dumps({"url": "http://127.0.0.1:9", "token": "t"}))
    ended = site.run("alice", "logout")
    assert (ended.code, site.find_login("alice").exists()) == (0, False)
    assert "was not ended on the server" in ended.stderr


def test_a_remembered_token_is_not_shown_to_another_server(site: Site) -> None:
    site.find_login("alice").write_text(json.dumps({"url": "http://elsewhere.example", "token": "t"}))
    assert "Sign in first" in site.run("alice", "whoami").stderr


def test_a_damaged_login_file_counts_as_none(site: Site) -> None:
    site.find_login("alice").write_text("{")
    assert "Sign in first" in site.run("alice", "whoami").stderr
