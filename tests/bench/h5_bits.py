# SPDX-License-Identifier: MIT
"""Whether two HDF5 files have the same datasets with the same bits."""
import h5py
import numpy as np


def differences(a, b):
    """Names of datasets that are not in both files with the same bits."""
    found = []

    def names(file):
        every = []
        file.visititems(lambda name, item: every.append(name) if isinstance(item, h5py.Dataset) else None)
        return set(every)

    with h5py.File(a) as x, h5py.File(b) as y:
        found += sorted(names(x) ^ names(y))
        for name in sorted(names(x) & names(y)):
            u, v = x[name][()], y[name][()]
            same = np.array_equal(np.asarray(u), np.asarray(v)) if getattr(u, "dtype", np.dtype("O")).kind not in "fiu" else u.tobytes() == v.tobytes()
            if not same:
                found.append(name)
    return found
