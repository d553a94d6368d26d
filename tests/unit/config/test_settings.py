# SPDX-License-Identifier: Apache-2.0
"""The settings: where they come from, and what is said when they cannot be used."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from atr.config import Secret, Settings, describe_settings, load_settings, provide_master_secret
from atr.domain.errors import Invalid, Refused
from atr.domain.people import Role

PASSWORD = "hunter2-hunter2-hunter2-hunter2-hunter2"


def _explain(environ: dict[str, str], tmp_path: Path) -> str:
    with pytest.raises(Invalid) as caught:
        load_settings({"ATR_DATA_DIR": str(tmp_path), **environ})
    return " ".join(caught.value.reasons)


def test_without_any_word_everything_has_a_default(tmp_path: Path) -> None:
    settings = load_settings({"ATR_DATA_DIR": str(tmp_path)})

    assert (settings.host, settings.port, settings.embedded) == ("127.0.0.1", 8080, True)
    assert settings.address == "http://127.0.0.1:8080"
    assert settings.spool_dir == tmp_path / "spool"
    assert settings.maildir == tmp_path / "mail"
    assert settings.store_path == tmp_path / "store"
    assert settings.role_labels[Role.FOUNDATION_MEMBER] == "Foundation member"


def test_the_command_line_outweighs_the_environment_and_that_the_file(tmp_path: Path) -> None:
    (tmp_path / "atr.toml").write_text('port = 1\nhost = "file"\nfoundation_name = "From the file"\n')
    environ = {"ATR_DATA_DIR": str(tmp_path), "ATR_PORT": "2", "ATR_HOST": "environment"}

    settings = load_settings(environ, {"port": 3, "host": None})

    assert (settings.port, settings.host) == (3, "environment")
    assert settings.foundation_name == "From the file"


def test_a_settings_file_can_lie_anywhere(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.toml"
    path.write_text(f'data_dir = "{tmp_path}/data"\nsession_idle = "90m"\nmax_file_size = "2GiB"\n')

    settings = load_settings({"ATR_CONFIG": str(path)})

    assert settings.data_dir == tmp_path / "data"
    assert settings.session_idle == timedelta(minutes=90)
    assert settings.max_file_size == 2 * 1024**3


def test_role_labels_left_out_keep_their_name(tmp_path: Path) -> None:
    (tmp_path / "atr.toml").write_text('[role_labels]\nfoundation_member = "ASF member"\n')

    settings = load_settings({"ATR_DATA_DIR": str(tmp_path)})
    from_text = load_settings(
        {"ATR_DATA_DIR": str(tmp_path), "ATR_ROLE_LABELS": "visitor=Guest, sysadmin=Ops"}
    )

    assert settings.role_labels[Role.FOUNDATION_MEMBER] == "ASF member"
    assert settings.role_labels[Role.COMMITTER] == "Committer"
    assert from_text.role_labels[Role.VISITOR] == "Guest"


def test_several_addresses_are_written_with_commas_or_as_a_list(tmp_path: Path) -> None:
    environ = {"ATR_DATA_DIR": str(tmp_path)}
    by_variable = load_settings(environ | {"ATR_ANNOUNCE_TO": "a@example.org, b@example.org"})
    (tmp_path / "atr.toml").write_text('announce_to = ["a@example.org", "b@example.org"]\n')

    assert by_variable.announce_to == ("a@example.org", "b@example.org")
    assert load_settings(environ).announce_to == by_variable.announce_to


def test_repositories_are_https_addresses_in_one_form(tmp_path: Path) -> None:
    environ = {"ATR_DATA_DIR": str(tmp_path)}
    assert load_settings(environ).source_repositories == ()
    by_variable = load_settings(
        environ | {"ATR_SOURCE_REPOSITORIES": "https://GitHub.com/apache/, https://git.example.org"}
    )
    assert by_variable.source_repositories == ("https://github.com/apache", "https://git.example.org")
    for text in (
        "http://example.org/x",
        "/srv/git",
        "https://user:secret@example.org/x",
        "https://example.org/../x",
    ):
        assert "addresses of repositories" in _explain({"ATR_SOURCE_REPOSITORIES": text}, tmp_path)


@pytest.mark.parametrize(
    ("key", "text", "meant"),
    [
        ("ATR_PROT", "1", "ATR_PORT"),
        ("ATR_DATABASE", "x", "ATR_DATABASE_URL"),
        ("ATR_HOSTT", "x", "ATR_HOST"),
    ],
)
def test_an_unknown_name_is_refused_with_what_may_have_been_meant(
    key: str, text: str, meant: str, tmp_path: Path
) -> None:
    explained = _explain({key: text}, tmp_path)

    assert f"There is no setting {key}." in explained
    assert meant in explained


def test_an_unknown_key_in_the_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "atr.toml").write_text("prot = 1\n")

    assert "There is no setting prot. Did you mean port?" in _explain({}, tmp_path)


def test_a_name_like_nothing_known_gets_no_guess(tmp_path: Path) -> None:
    assert _explain({"ATR_QQQQ": "1"}, tmp_path) == "There is no setting ATR_QQQQ."


def test_the_clients_own_variables_are_none_of_our_business(tmp_path: Path) -> None:
    environ = {"ATR_DATA_DIR": str(tmp_path), "ATR_URL": "http://x", "ATR_TOKEN": "atr_x", "PATH": "/bin"}

    assert load_settings(environ).data_dir == tmp_path


@pytest.mark.parametrize(
    ("variable", "text", "right"),
    [
        ("ATR_PORT", "eighty", "a whole number"),
        ("ATR_PORT", "70000", "a number from 0 to 65535"),
        ("ATR_WORKER_CONCURRENCY", "0", "a number from 1"),
        ("ATR_SESSION_IDLE", "soon", "a duration such as"),
        ("ATR_STORE_ALLOW_HTTP", "perhaps", "yes or no"),
        ("ATR_PUBLIC_URL", "atr.example.org", "begins with http:// or https://"),
        ("ATR_STORE_URL", "ftp://x", "begins with s3:// or file://"),
        ("ATR_MAIL_SENDER", "nobody", "a mail address"),
        ("ATR_MASTER_SECRET", "short", "at least 32 characters"),
        ("ATR_ROLE_LABELS", "king=King", "the roles are pmc_member"),
        ("ATR_HOST", " ", "a text"),
        ("ATR_ANNOUNCE_TO", "a@b.org, nobody", "mail addresses"),
        ("ATR_WORKER_HEARTBEAT", "0s", "longer than 0s"),
    ],
)
def test_an_unusable_value_is_refused_with_what_would_be_right(
    variable: str, text: str, right: str, tmp_path: Path
) -> None:
    explained = _explain({variable: text}, tmp_path)

    assert f"{variable} must be " in explained
    assert right in explained


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    explained = _explain({"ATR_PORT": "x", "ATR_HOSTT": "y", "ATR_SESSION_IDLE": "z"}, tmp_path)

    assert all(name in explained for name in ("ATR_PORT", "ATR_HOSTT", "ATR_SESSION_IDLE"))


def test_a_broken_or_missing_settings_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "atr.toml").write_text("port = = 1")

    assert "cannot be read" in _explain({}, tmp_path)
    assert "cannot be read" in _explain({"ATR_CONFIG": str(tmp_path / "missing.toml")}, tmp_path)


def test_a_secret_can_be_kept_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(PASSWORD + "\n")
    by_variable = {"ATR_DATA_DIR": str(tmp_path), "ATR_STORE_SECRET_KEY_FILE": str(tmp_path / "secret")}
    (tmp_path / "atr.toml").write_text(f'store_access_key_file = "{tmp_path / "secret"}"\n')

    settings = load_settings(by_variable)

    assert settings.store_secret_key == Secret(PASSWORD)
    assert settings.store_access_key == Secret(PASSWORD)


def test_a_secret_file_that_is_missing_or_given_twice_is_refused(tmp_path: Path) -> None:
    missing = _explain({"ATR_STORE_SECRET_KEY_FILE": str(tmp_path / "missing")}, tmp_path)
    twice = _explain({"ATR_SMTP_URL": "smtp://x", "ATR_SMTP_URL_FILE": str(tmp_path / "x")}, tmp_path)

    assert "names a file that cannot be read" in missing
    assert "ATR_SMTP_URL and ATR_SMTP_URL_FILE exclude each other" in twice


def test_a_secret_is_never_shown_by_accident(tmp_path: Path) -> None:
    url = f"postgresql://atr:{PASSWORD}@db/atr"
    settings = load_settings({"ATR_DATA_DIR": str(tmp_path), "ATR_DATABASE_URL": url})

    shown = (
        f"{settings} {settings!r} {settings.database_url} {settings.database_url!r} {[settings.database_url]}"
    )

    assert PASSWORD not in shown
    assert settings.database_url is not None
    assert settings.database_url.reveal() == url


def test_a_faulty_secret_is_not_repeated_in_the_explanation(tmp_path: Path) -> None:
    assert PASSWORD not in _explain({"ATR_DATABASE_URL": f"mysql://atr:{PASSWORD}@db/atr"}, tmp_path)


def test_the_description_names_every_setting_once_and_no_secret_default() -> None:
    described = describe_settings()

    names = [each.name for each in described]
    assert names == list(Settings.__slots__)
    assert all(each.meaning and each.type for each in described)
    assert {each.name for each in described if each.secret} == {
        "database_url",
        "dkim_key",
        "store_access_key",
        "store_secret_key",
        "service_key",
        "smtp_url",
        "master_secret",
    }
    assert {each.name: each.default for each in described}["session_idle"] == "8h"
    assert "yes" not in {each.default for each in described}
    assert json.dumps([each.variable for each in described])


def test_every_default_reads_back_as_itself(tmp_path: Path) -> None:
    written = {each.variable: each.default for each in describe_settings() if each.default}
    written["ATR_DATA_DIR"] = str(tmp_path)

    assert load_settings(written) == load_settings({"ATR_DATA_DIR": str(tmp_path)})


def test_an_address_for_ipv6_has_brackets(tmp_path: Path) -> None:
    settings = load_settings({"ATR_DATA_DIR": str(tmp_path), "ATR_HOST": "::1"})
    public = load_settings({"ATR_DATA_DIR": str(tmp_path), "ATR_PUBLIC_URL": "https://atr.example.org/"})

    assert settings.address == "http://[::1]:8080"
    assert public.address == "https://atr.example.org"


def test_the_embedded_set_up_makes_its_master_secret_once(tmp_path: Path) -> None:
    settings = load_settings({"ATR_DATA_DIR": str(tmp_path / "data")})

    made = provide_master_secret(settings)

    path = tmp_path / "data" / "master.secret"
    assert provide_master_secret(settings) == made
    assert len(made.reveal()) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_given_master_secret_is_taken_as_it_is(tmp_path: Path) -> None:
    settings = load_settings({"ATR_DATA_DIR": str(tmp_path), "ATR_MASTER_SECRET": PASSWORD})

    assert provide_master_secret(settings) == Secret(PASSWORD)
    assert not list(tmp_path.iterdir())


def test_with_a_shared_database_the_master_secret_must_be_given(tmp_path: Path) -> None:
    settings = load_settings({"ATR_DATA_DIR": str(tmp_path), "ATR_DATABASE_URL": "postgresql://db/atr"})

    with pytest.raises(Refused, match="ATR_MASTER_SECRET_FILE"):
        provide_master_secret(settings)
