"""What the command promises of what it has made before. Stand-ins take the place of Python and of all it would make."""

import shutil
import subprocess
from pathlib import Path

import pytest
from test_data import write

RUN = Path(__file__).parent.parent / "run"


@pytest.fixture
def training(tmp_path):
    folder = tmp_path / "models" / "training"
    for name in ("venv/bin/python", "venv/bin/pip"):
        stand_in = folder / "target" / name
        stand_in.parent.mkdir(parents=True, exist_ok=True)
        stand_in.write_text("#!/bin/sh\n")
        stand_in.chmod(0o755)
    for name in ("sentence-model/all-minilm-l6-v2.onnx", "taught.npz", "reprise-verifier-v1.onnx"):
        made = folder / "target" / name
        made.parent.mkdir(exist_ok=True)
        made.touch()
    shutil.copy(RUN, folder)
    return folder


def run(training, data):
    return subprocess.run([training / "run", "--data", data, "--threads", "1"], capture_output=True, text=True)


def labelled(folder, label):
    folder.mkdir()
    write(folder, "pairs_qqp", [{"q1": "a", "q2": "b", "label": label}])
    return folder


def test_a_second_run_goes_on_with_the_same_sets_alone(training, tmp_path):
    data = labelled(tmp_path / "data", 1)
    assert run(training, data).returncode == 0
    assert run(training, shutil.copytree(data, tmp_path / "copy")).returncode == 0
    other = run(training, labelled(tmp_path / "other", 0))
    assert other.returncode == 2
    assert other.stderr.count("\n") == 1 and "taught.npz" in other.stderr


def test_what_it_says_to_delete_lets_it_begin_anew(training, tmp_path):
    run(training, labelled(tmp_path / "data", 1))
    other = labelled(tmp_path / "other", 0)
    subprocess.run(["bash", "-c", run(training, other).stderr.split("anew: ")[1]], check=True)
    assert (training / "target" / "venv").exists() and not (training / "target" / "taught.npz").exists()
    (training / "target" / "taught.npz").touch()
    assert run(training, other).returncode == 0


def test_a_folder_without_sets_is_refused_before_anything_is_made(training, tmp_path):
    (tmp_path / "empty").mkdir()
    assert run(training, tmp_path / "empty").returncode == 2
    assert not (training / "target" / "data.sha256").exists()
