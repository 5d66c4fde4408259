"""Keys of tasks: path, size and time when planned, bytes when measured; nothing is read to plan."""

import os
from dataclasses import replace
from pathlib import Path

from radpipe.datasets import open_cohort
from radpipe.errors import Policy
from radpipe.features.params_file import load_params
from radpipe.rois import RoiRule
from radpipe.run.keys import content_digest, input_paths, recipe_of, stat_key
from radpipe.run.plan import Plan, Selection, plan


def planned(manifest: Path, params: str = "ct_native", **options: object) -> Plan:
    return plan(
        open_cohort(manifest, "manifest"), Selection(RoiRule()), load_params(params), engine="native", **options
    )


def test_a_changed_byte_of_input_changes_one_key(manifest: Path) -> None:
    before = [task.key for task in planned(manifest).tasks]
    path = manifest.parent / "image3.nrrd"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    after = [task.key for task in planned(manifest).tasks]
    assert [i for i in range(6) if before[i] != after[i]] == [3]


def test_settings_and_policy_change_every_key(manifest: Path) -> None:
    keys = [
        {task.key for task in one.tasks}
        for one in (
            planned(manifest),
            planned(manifest, "aerts2014"),
            planned(manifest, policy=Policy.parse(["W_SMALL_ROI=error"])),
        )
    ]
    assert len(set.union(*keys)) == 18


def test_a_key_comes_from_path_size_and_time_and_no_input_is_read(manifest: Path) -> None:
    before = [task.key for task in planned(manifest).tasks]
    for path in manifest.parent.glob("*.nrrd"):
        told = path.stat()
        path.write_bytes(bytes(told.st_size))  # other bytes, of the same size and time
        os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert [task.key for task in planned(manifest).tasks] == before
    os.utime(manifest.parent / "image2.nrrd", (1, 1))
    after = [task.key for task in planned(manifest).tasks]
    assert [i for i in range(6) if before[i] != after[i]] == [2]


def test_the_content_is_the_bytes_wherever_and_whenever_they_were_written(manifest: Path, tmp_path: Path) -> None:
    before = [content_digest(task) for task in planned(manifest).tasks]
    copy = tmp_path / "elsewhere"
    copy.mkdir()
    for path in (manifest, *manifest.parent.glob("*.nrrd")):
        (copy / path.name).write_bytes(path.read_bytes())
        os.utime(copy / path.name, (1, 1))
    copied = planned(copy / manifest.name).tasks
    assert [content_digest(task) for task in copied] == before
    assert [stat_key(task) for task in copied] != [stat_key(task) for task in planned(manifest).tasks]
    assert len(set(before)) == 6
    content = bytearray((copy / "image3.nrrd").read_bytes())
    content[-1] ^= 1
    (copy / "image3.nrrd").write_bytes(content)
    assert [i for i, task in enumerate(copied) if content_digest(task) != before[i]] == [3]


def test_what_cannot_be_read_has_a_key_and_no_content(manifest: Path) -> None:
    task = planned(manifest).tasks[2]
    (manifest.parent / "image2.nrrd").unlink()
    assert content_digest(task) == ""
    gone = stat_key(task)
    assert len(gone) == 32
    os.mkfifo(manifest.parent / "image2.nrrd")  # would be waited for without end, were it read
    assert content_digest(task) == ""
    assert stat_key(task) != gone


def test_the_files_of_a_task_are_its_image_and_each_mask_once(manifest: Path) -> None:
    task = planned(manifest).tasks[0]
    (target,) = task.targets
    twice = replace(task, targets=(target, replace(target, name="again")))
    assert [Path(path).name for path in input_paths(twice)] == ["image0.nrrd", "mask.nrrd"]


def test_a_recipe_knows_settings_engine_version_and_policy_in_any_order() -> None:
    plain = recipe_of("f", "native", "1", {"E_A": "warn", "E_B": "fix"})
    assert recipe_of("f", "native", "1", {"E_B": "fix", "E_A": "warn"}) == plain
    others = [
        recipe_of("g", "native", "1", {}),
        recipe_of("f", "pyradiomics", "1", {}),
        recipe_of("f", "native", "2", {}),
    ]
    assert len({plain, recipe_of("f", "native", "1", {}), *others}) == 5
