"""Whole trainings: the same losses by any number of processes, the same bytes after kills, and errors to act on."""

import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import made
from splitvote_torchrun.folder import Folder as made_folder


class TrainingTests(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.addCleanup(self.place.cleanup)
        self.path = pathlib.Path(self.place.name)

    def folder(self, name="a", **settings):
        return made.make_folder(self.path / name, **settings)

    def trained(self, folder, processes=1):
        done = made.run(folder, processes)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def copied(self, folder, name):
        return pathlib.Path(shutil.copytree(folder, self.path / name))

    def test_processes_share_steps_without_changing_them(self):
        # 60 rows in steps of 8: the last step of an epoch has 4, of which the third process has one.
        one = self.folder(
            dropout=0.1, total_steps=10, accumulate=2, class_weights=[0.5, 2.0], label_smoothing=0.1, frozen=1,
            layer_decay=0.9, targets="votes_sampled")
        two, three = self.copied(one, "b"), self.copied(one, "c")
        for folder, processes in ((one, 1), (two, 2), (three, 3)):
            self.trained(folder, processes)
        expected = made.losses(one)
        self.assertEqual(len(expected), 10)
        for folder in (two, three):
            numpy.testing.assert_allclose(made.losses(folder), expected, rtol=1e-6)
        self.assertGreater(max(expected) - min(expected), 0.01)

    def test_more_processes_than_rows_of_a_step(self):
        one = self.folder(rows=(9, 5), total_steps=6)
        two = self.copied(one, "b")
        self.trained(one)
        self.trained(two, 3)  # the second step of each epoch has one row
        numpy.testing.assert_allclose(made.losses(two), made.losses(one), rtol=1e-6)

    def test_a_training_that_is_killed_again_and_again_ends_with_the_same_bytes(self):
        whole = self.folder(dropout=0.1, total_steps=40, checkpoint_every=3, evaluate_every=7)
        killed = self.copied(whole, "b")
        self.trained(whole, 2)
        seed = int(os.environ.get("SEED", time.time()))
        chance, kills = random.Random(seed), 0
        while kills < 4:
            run = subprocess.Popen(
                made.command(killed, 2), env=made.environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                text=True, start_new_session=True)
            left = chance.randint(1, 12)
            for line in run.stdout:
                left -= '"step"' in line
                if left == 0:
                    break
            time.sleep(chance.random() * 0.2)
            ended = run.poll() is not None
            os.killpg(run.pid, signal.SIGKILL)
            run.stdout.close()
            run.wait()
            kills += 1
            if ended or (killed / "out").exists():
                break
        self.trained(killed, 2)
        for name in ("model.safetensors", "dev.safetensors", "result.json"):
            self.assertEqual(made.sha256(whole / "out" / name), made.sha256(killed / "out" / name), f"{name}, seed {seed}")
        self.assertEqual(made.losses(whole), made.losses(killed))
        self.assertFalse((killed / "state").exists())

    def test_a_process_that_dies_ends_all_and_the_rest_is_kept(self):
        whole = self.folder(total_steps=400, evaluate_every=10)
        run = subprocess.Popen(
            made.command(whole, 2), env=made.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in run.stdout:
            if '"step": 20' in line:
                break
        children = subprocess.run(
            ["ps", "--ppid", str(run.pid), "-o", "pid="], capture_output=True, text=True).stdout.split()
        os.kill(int(children[-1]), signal.SIGKILL)
        _, said = run.communicate()
        self.assertNotEqual(run.returncode, 0)
        self.assertIn("(exitcode: -9)", said)
        self.assertTrue((whole / "state/state.safetensors").exists())
        self.assertFalse((whole / "out").exists())

    def test_patience_and_the_loss_choose_as_splitvote_does(self):
        folder = self.folder(metric="loss", patience=1, learning_rate=0.5, total_steps=60, evaluate_every=2)
        self.trained(folder)
        result = json.loads((folder / "out/result.json").read_text())
        losses = [report["loss"] for report in result["evaluations"]]
        self.assertTrue(result["stopped_early"])
        self.assertGreaterEqual(losses[-1], losses[-2])
        self.assertEqual(result["best_step"], 2 * (1 + losses.index(min(losses))))

    def test_a_finished_training_is_not_done_again(self):
        folder = self.folder(total_steps=3)
        self.trained(folder)
        before = (folder / "out/model.safetensors").stat()
        self.assertIn('"event": "finished"', self.trained(folder).stdout)
        self.assertEqual((folder / "out/model.safetensors").stat(), before)

    def test_a_training_that_was_left_alone_ends_and_the_next_one_waits_for_it(self):
        folder = self.folder(total_steps=4000, evaluate_every=100)
        left = subprocess.Popen(
            made.command(folder, 2), env=made.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in left.stdout:
            if '"step": 5' in line:
                break
        left.stdout.close()  # as when splitvote, which reads it, is killed
        place = made_folder(folder)
        place.lock(seconds=60)
        place.held.close()
        self.assertNotEqual(left.wait(), 0)
        left.stderr.close()

    # MARK: Bad input

    def said(self, folder):
        done = made.run(folder)
        self.assertNotEqual(done.returncode, 0)
        return "\n".join(line for line in done.stderr.splitlines() if line.startswith(("error: ", "hint: ")))

    def test_what_was_changed_since_it_was_made_is_refused(self):
        whole = self.folder()
        shard = self.copied(whole, "b")
        data = bytearray((shard / "shards/train-00000.safetensors").read_bytes())
        data[-1] ^= 1
        (shard / "shards/train-00000.safetensors").write_bytes(data)
        self.assertIn("train-00000.safetensors was changed since it was made", self.said(shard))
        start = self.copied(whole, "c")
        made.make_model(start / "init", seed=2)
        self.assertIn("init/model.safetensors was changed since the folder was made", self.said(start))
        other = self.copied(whole, "d")
        manifest = json.loads((other / "shards/manifest.json").read_text())
        manifest["tokenizer"]["digest"] = "1" * 64
        (other / "shards/manifest.json").write_text(json.dumps(manifest))
        self.assertIn("shards was made with another tokenizer", self.said(other))

    def test_a_checkpoint_of_another_training_is_refused_with_what_to_do(self):
        folder = self.folder(total_steps=400)
        run = subprocess.Popen(
            made.command(folder, 1), env=made.environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in run.stdout:
            if '"step": 7' in line:
                break
        run.terminate()
        run.communicate()
        settings = json.loads((folder / "settings.json").read_text())
        settings["training"]["learning_rate"] = 1e-5
        (folder / "settings.json").write_text(json.dumps(settings))
        said = self.said(folder)
        self.assertIn("state holds the checkpoint of another training", said)
        self.assertIn(f"hint: remove {folder}/state to start over", said)

    def test_a_damaged_checkpoint_is_refused(self):
        folder = self.folder()
        (folder / "state").mkdir()
        (folder / "state/state.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0nothing")
        self.assertIn("state.safetensors is damaged", self.said(folder))

    def test_a_loss_that_is_no_number_names_the_step_and_comments(self):
        folder = self.folder(learning_rate=1e38, clip=None, total_steps=30)
        self.assertRegex(self.said(folder), r"error: step \d+: .*not (a finite number|finite numbers)")

    def test_without_torchrun_it_says_how_to_start(self):
        folder = self.folder()
        done = subprocess.run(
            [sys.executable, "-m", "splitvote_torchrun", str(folder)], env=made.environment(), capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("hint: start it with run.sh", done.stderr)


if __name__ == "__main__":
    unittest.main()
