"""What a probe costs beyond the container that it runs in."""

import pathlib
import unittest

from containers import run

BENCH = pathlib.Path(__file__).resolve().parents[1] / "bench" / "docker_run"
MOST = "1.3"


class Figures(unittest.TestCase):
    def test_one_probe_costs_little_more_than_nothing(self):
        done = run(str(BENCH), "--max-ratio", MOST)
        print(done.stdout)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
