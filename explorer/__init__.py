"""The window: thin views of core.session, in Qt.

Rooms, low to high: each imports only those above it in this list (checked by `make test`)
    look     theme, stylesheet, icons, pixels, what the window remembers
    widgets  building blocks that take plain values and emit signals
    plots    charts of numbers
    forms    editors for configurations
    map      the canvas of the latent plane, its layers, its binding, its tools
    panels   what explains the map
    shell    the window, its commands, messages and files, and the pump where threads meet
"""
