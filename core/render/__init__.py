"""Rendering: arrays to colours and pictures, without a window."""
