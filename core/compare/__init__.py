"""Comparisons of models: what differs between two of them, and by how much more than chance.

model_figures      the figures of one model, measured alike for all
figure_table       these figures as a person reads them: name, unit, meaning, formula, source
significance       whether two estimates differ
experiment         two trainings, without and with penalties; changes: what these changed, in words
experiment_report  an experiment as JSON and as a table
diversity          which of two models draws the more diverse classes
shared_judge       the images of a comparison, and the one judge of all its models
results_table      one table of many families, trained and measured alike
"""
