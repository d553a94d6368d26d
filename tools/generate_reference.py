# SPDX-License-Identifier: Apache-2.0
"""Write the generated pages of docs/reference, or with `--check` say which of them are out of date."""

import argparse
import sys

from tools.reference import PAGES


def write_pages() -> None:
    """Write every page that would change."""
    for page in PAGES:
        if not page.is_current():
            page.path.write_text(page.build(), encoding="utf-8")
            print(f"Wrote docs/reference/{page.name}")


def check_pages() -> None:
    """End the program with status 1 when a page is not what it would be."""
    stale = [page.name for page in PAGES if not page.is_current()]
    if stale:
        sys.exit(f"Out of date in docs/reference: {', '.join(stale)}. Run `make docs` and commit the result.")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail when something would change"
    )
    if parser.parse_args().check:
        check_pages()
    else:
        write_pages()


if __name__ == "__main__":
    main()
