# SPDX-License-Identifier: MIT
"""The report in a headless browser: nothing on the console, light and dark, no request to the
network, and 100,000 cells below 10 MB.

  check_report.py scilama [FOLDER]   (screenshots stay in FOLDER; the browser: $CHROMIUM or chromium on the path)

The figures are to be looked at by a person; the script asks that the page is drawn to its
end, that light is light and dark is dark, and that text stands out from what is behind it.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy as np

failures = 0


def check(what, good, detail=""):
    global failures
    failures += not good
    print(f"{'ok    ' if good else 'FAILED'} {what} {detail}", flush=True)


def shot(browser, page, picture, dark, folder):
    command = [browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile", "--enable-logging=stderr", "--v=0",
               "--window-size=1240,4600", f"--screenshot={picture}", *(["--blink-settings=preferredColorScheme=0"] if dark else []), f"file://{page}"]
    log = subprocess.run(command, capture_output=True, text=True, timeout=300).stderr
    return [line for line in log.splitlines() if "CONSOLE" in line]


def look(picture, dark):
    import matplotlib.image
    x = matplotlib.image.imread(picture)[..., :3].mean(2)
    back = float(np.median(x))
    lower = x[2500:4000]
    check(f"{'dark' if dark else 'light'}: background", back < 0.2 if dark else back > 0.9, f"{back:.2f}")
    check(f"{'dark' if dark else 'light'}: text stands out", np.abs(lower - back).max() > 0.6, f"{np.abs(lower - back).max():.2f}")
    check(f"{'dark' if dark else 'light'}: drawn to the end", (np.abs(lower - back) > 0.2).mean() > 0.005)


def big(path):
    import anndata as ad
    import scipy.sparse as sp
    rng, n, genes = np.random.default_rng(0), 100000, 200
    label = rng.integers(0, 15, n)
    a = ad.AnnData(sp.random(n, genes, 0.1, format="csr", random_state=0, data_rvs=lambda k: rng.integers(1, 20, k)).astype(np.float32))
    a.obs["cell_type"] = [f"type {i}" for i in label]
    a.obs["batch"] = [f"batch {i}" for i in rng.integers(0, 4, n)]
    a.obs = a.obs.astype("category")
    a.obsm["X_scilama"] = (rng.normal(size=(n, 10)) + 3 * rng.normal(size=(15, 10))[label]).astype(np.float32)
    a.obsm["X_umap"] = (rng.normal(size=(n, 2)) + 6 * rng.normal(size=(15, 2))[label]).astype(np.float32)
    a.varm["scilama"] = rng.normal(size=(genes, 10)).astype(np.float32)
    a.write_h5ad(path)


def main(program, folder=None):
    program, browser = str(pathlib.Path(program).resolve()), os.environ.get("CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as scratch:
        keep = pathlib.Path(folder or scratch).resolve()

        def run(*arguments):
            subprocess.run([program, *map(str, arguments), "--quiet"], check=True)
        run("simulate", f"{scratch}/s.h5ad", "--cells", 800, "--genes", 400, "--modules", 6, "--embeddings", f"{scratch}/e.h5")
        run("fit", f"{scratch}/s.h5ad", "-o", f"{scratch}/o.h5ad", "--batch", "batch", "--label", "cell_type", "--embeddings", f"t={scratch}/e.h5",
            "--hidden", "64,32", "--latent", 10, "--report", keep / "report.html")
        big(f"{scratch}/big.h5ad")
        run("report", f"{scratch}/big.h5ad", "-o", keep / "big.html", "--label", "cell_type", "--batch", "batch")
        size = (keep / "big.html").stat().st_size
        check("100,000 cells stay below 10 MB", size < 10e6, f"{size / 1e6:.2f} MB")
        for page in ("report", "big"):
            if not browser:
                print("skipped: the browser (set CHROMIUM)")
                break
            for dark in (False, True):
                picture = keep / f"{page}_{'dark' if dark else 'light'}.png"
                said = shot(browser, keep / f"{page}.html", picture, dark, scratch)
                check(f"{page}.html: a silent console", not said, "; ".join(said))
                look(picture, dark)
    print(f"{failures} failed")
    return int(failures != 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
