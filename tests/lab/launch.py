"""The start of a test program of the lab: its command line, the tools that it needs, and its tests in
namespaces of their own (isolate.py). Exit: 0 all right, 1 a test failed, 77 this machine cannot run it
(an error when CI is set)."""

import argparse
import os
import shutil
import sys
import unittest

import isolate

SKIP = 77

# The programs under test, "server" and "client", once main() has read the command line.
programs = {}


def cannot(reason):
    print(f"cannot run here: {reason}", file=sys.stderr)
    return 1 if os.environ.get("CI") else SKIP


def leave_out(test, reason):
    """Ends a test that takes more than this machine has: it is skipped, and where CI is set it fails."""
    (test.fail if os.environ.get("CI") else test.skipTest)(reason)


def main(module, cases, tools, names=("server", "client"), needs_root=False):
    """Runs the tests of the module that the command line names; by default, those of the classes `cases`.
    `names` are the programs under test that the command line may name. Returns the exit code."""
    parser = argparse.ArgumentParser(description=module.__doc__.splitlines()[0])
    for name in names:
        parser.add_argument(f"--pt-{name}", default=f"build/dev/{name}/pt-{name}", metavar="PATH")
    parser.add_argument("tests", nargs="*", metavar="TEST",
                        help=f"CLASS or CLASS.test_NAME; default: {' '.join(cases)}")
    options = parser.parse_args()
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    programs.update({name: os.path.abspath(getattr(options, f"pt_{name}")) for name in names})
    missing = [tool for tool in tools if not shutil.which(tool)]
    if missing:
        return cannot(f"no {', '.join(missing)} (scripts/setup installs them)")
    if needs_root and os.geteuid() != 0:
        return cannot("this needs root")

    def run():
        suite = unittest.defaultTestLoader.loadTestsFromNames(options.tests or cases, module)
        return 0 if unittest.TextTestRunner(verbosity=2).run(suite).wasSuccessful() else 1

    try:
        return isolate.run(run)
    except isolate.NotPermitted as error:
        return cannot(f"{error}; run it as root, or allow unprivileged user namespaces")
