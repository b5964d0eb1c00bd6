"""The window: thin views of core.session, in Qt.

Rooms, low to high: each imports only those above it in this list (checked by `make test`)
    look     theme, stylesheet, icons, pixels, what the window remembers
    widgets  building blocks that take plain values and emit signals
    plots    charts of numbers
    forms    editors for configurations
    map      the canvas of the latent plane, its layers, its binding, its tools
    panels   what explains the map
    shell    the window, its commands, messages and files, and the pump where threads meet

To change ...                                 go to
    drag the cursor to the decoded sample     map/tools.py, shown by panels/cursor.py
    what a right-click on the map offers      map/menu.py
    zoom and pan of the map                   map/navigation.py
    a layer of the map                        map/layers.py
    the legend                                widgets/legend.py, placed by map/legends.py
    undo key and all other keys               shell/command_table.py
    the command palette                       shell/command_palette.py
    file dialogs                              widgets/file_choice.py, shell/file_dialogs.py
    messages                                  shell/message_bar.py, shell/message_stack.py
    the help                                  shell/help_dialog.py
    the theory that "Formula" opens           shell/theory_reader.py
    progress of jobs at the foot              shell/status_bar.py
    reports of the lanes reach the window     shell/pump.py
    colours of the theme                      look/theme.py
    shape and space of standard widgets       look/stylesheet.py
    an icon                                   look/icons.py
    a form field                              forms/editors.py
    the choice of a model                     forms/family_form.py
    loss curves                               plots/curves.py
    class probabilities along the path        plots/probabilities.py
    the menu of a chart, its export           plots/menu.py, plots/export.py
    the filmstrip of a path                   widgets/filmstrip.py, in panels/path_bar.py
    the timeline of a training                panels/scrubber.py
    the Train page                            panels/training.py
    two models side by side                   panels/map_area.py
    points to train on, drawn by hand         panels/drawing_dialog.py
    tooltips of the numbers                   widgets/tooltips.py
"""
