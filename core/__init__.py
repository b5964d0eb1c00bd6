"""The program without a screen. Nothing here knows about Qt.

    data -> runs ═ snapshots ═▶ Scene -> geometry, measures ... ▶ Results
                                  ▲ the one thing that geometry reads
    view -- set --> Session -- RECIPES --> Engine ══ lanes: job.send() ══▶ pump -- watch --> view

Rooms, low to high: each imports only those above it in this list (checked by `make test`)
    engine     lanes, jobs, errors, worker threads, devices
    config     declared settings, to plain JSON and back
    figures    numbers with units and intervals, findings
    files      where files lie, atomic writing
    scene      a model at rest: Scene, prior, codes, timeline, alignment
    data       data sets by name
    render     arrays to colours
    models     one file a family; latent_model.py, protocols.py: what a model offers
    training   the loop, a step, its configuration, several processes
    geometry   map/ metric/ lipschitz/ classes/ adversarial/ radius/ holes/ paths/ layers/
    measures   sample quality, likelihood, disentanglement, divergences
    documents  all that one file holds; autosaved runs
    runs       from a plan to a document: fit, judge, encode, follow
    analysis   survey of the geometry, quality, diagnosis
    reports    chapters of findings, HTML, images, exports
    compare    two models, experiments, a table of many
    session    state, history, scheduler, jobs, training, files
    cli        the command line, beside session

To change ...                                 go to
    decoded sample at the cursor              session/jobs/cursor_sample.py
    class map refinement                      geometry/map/refinement.py
    adversarial path                          geometry/paths/adversarial_path.py
    geodesic                                  geometry/paths/geodesic.py
    hole list                                 geometry/holes/hole_list.py
    a detector of holes                       geometry/holes/detectors/registry.py
    class radius                              geometry/radius/exact.py
    one training step of a VAE                training/train_step.py, its loss in models/vae/vae.py
    a critic's gradient penalty               models/gan/gradient_penalty.py
    a new model, by its name                  models/registry.py
    a new data set, by its name               data/registry.py
    alignment of a scrubbed step              scene/alignment.py
    undo                                      session/history.py
    which change starts which job             session/recipes.py
    what belongs to the shown scene           session/belonging.py
    pause, resume and stop of a job           engine/lane.py
    saving a file                             documents/archive.py
    files of earlier versions                 documents/migration.py
    kept runs after a crash                   documents/autosave.py
    HTML geometry report                      reports/geometry_report.py
    meaning and formula of a number           reports/geometry/chapters.py
    and of the page of measures               reports/quality/chapters.py
    the theory behind a formula               files/theory.py, the text in resources/theory
    how much is spent on measuring            analysis/measure_config.py
    Fréchet distance of samples               measures/frechet.py
    what is diagnosed, and the remedies       analysis/diagnosis/diagnose.py
    colours of classes and of heights         render/colours.py
    two models compared                       compare/diversity.py
    a command of the command line             cli/commands.py

Shapes: N batch, C H W image, L latent, K classes or channels, M codes, T points of a path, S side
of a grid. z is in prior standard deviations, densities in nats.
"""
