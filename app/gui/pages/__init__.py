"""The pages around the material: start, wizard, run, problems, report, models, settings, health."""
