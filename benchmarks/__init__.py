"""Speed as ratios: ours against something bare, in the same run, on the same files (`make bench`).

Numpy's matrix products keep to one thread, as they do in the process that holds the models in a run; otherwise what runs
in this process would be measured on more cores than what it is compared with. Numpy reads it when it is imported.
"""

import os

for _name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
