"""Widgets: building blocks that take plain values and emit signals, and know no session."""
