"""The program without a screen. Nothing here knows about Qt.

    data -> fit ═ snapshots ═▶ Scene -> regions, holes, paths ... ▶ Results
                                 ▲ the one thing that geometry reads
    view -- set --> Session -- RECIPES --> Engine ══ lanes: job.send() ══▶ pump -- watch --> view

Nouns
    Dataset    images (N, C, H, W) in [0, 1] to train on and held out, labels, known factors
    Family     a kind of model: its title, its configuration, its module       models/
    Model      a module with players, a loss for each, decode and encode       models/
    Judge      the classifier that says which class a decoded image shows      models/judge.py
    Stand      how a training stands: a frozen copy of the model, the losses   train.py
    Checkpoint all that the rest of a training depends on                      train.py
    Scene      a model at rest, as callables: what everything drawn reads      scene.py
    Plane      the 2-D chart of a latent space                                 geometry/plane.py
    Job        a generator: a pause is a bare yield, a report a yielded value  engine.py
    Settings   what the user asked for        Results   what was answered      state.py
    Recipe     which change starts which job                                   recipes.py
    Board      holds the state and spreads its changes                         board.py
    Session    a board that trains, opens and saves                 trainer.py session.py
    Workspace  two sessions whose view, cursor and undo are one                workspace.py
    Survey     the geometry of a model at rest      Quality  how well it does  survey.py quality.py
    Diagnosis  what is wrong with it, in words, and what helps                 diagnosis/
    Document   all that one file holds                                         store.py

Shapes: N batch, C H W image, L latent, K classes or channels, M codes, T points of a path, S side
of a grid. z is in prior standard deviations, densities in nats.
"""
