"""Building blocks of the window: they take plain values and emit signals, and know no session."""
