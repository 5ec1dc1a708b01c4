"""The desk: the windows in which an examiner works. The only place that imports PySide6."""
