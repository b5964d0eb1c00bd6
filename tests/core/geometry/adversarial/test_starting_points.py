import torch

from lacuna.core.geometry.adversarial.starting_points import (
    LabelledPoints,
    nearest_of_other_classes,
)


def test_starts_are_of_many_classes():
    z = torch.tensor([[0.0], [10.0]])
    pool = LabelledPoints(torch.tensor([[1.0], [2.0], [3.0], [-8.0]]), torch.tensor([1, 1, 0, 2]))
    rows, there = nearest_of_other_classes(LabelledPoints(z, torch.tensor([0, 2])), pool, 3)
    assert rows[0].tolist() == [0, 3, 1]  # the nearest of class 1, of class 2, then the second of 1
    assert rows[1].tolist() == [2, 1, 0]
    assert there.all()
    _, there = nearest_of_other_classes(LabelledPoints(z, torch.tensor([0, 2])), pool, 3, target=2)
    assert there.tolist() == [[True], [False]]
