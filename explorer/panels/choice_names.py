"""The names of choices in forms, where their own are not plain enough."""

CHOICE_NAMES = {
    "conv": "Convolutional",
    "auto": "Automatic",
    "cpu": "CPU",
    "cuda": "GPU (CUDA)",
    "mps": "GPU (Apple)",
    "none": "Nothing",
    "i": "Of codes (DIP I)",
    "ii": "Of draws (DIP II)",
    "learned": "Gaussian, learned",
    "continuous": "Cont. Bernoulli",
    "float32": "32 bits",
    "bfloat16": "16 bits (bfloat16)",
}
