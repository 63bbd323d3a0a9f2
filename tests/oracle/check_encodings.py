# SPDX-License-Identifier: MIT
"""Files in every encoding that the newest anndata writes, one a file; the program's verbs add results to them; the
oldest anndata that outputs are meant for (0.8) and the newest open what came out, and all that was there is still there, equal.

usage: check_encodings.py write FOLDER     by the newest anndata: FOLDER/NAME.h5ad, and as FOLDER/NAME.json what it reads of them
       check_encodings.py verbs FOLDER     SCILAMA is the program: FOLDER/NAME.VERB.h5ad
       check_encodings.py check FOLDER     by the anndata of the running Python; the last line has counts
"""
import glob
import json
import math
import os
import subprocess
import sys
import warnings

warnings.simplefilter("ignore")
CELLS, GENES = 24, 10
NEW_ONLY = {"uns_none", "x_none", "obsm_awkward", "uns_awkward"}  # elements that anndata 0.8 has no word for, whoever writes them


def cases():
    """{name: what it does to an AnnData}"""
    import numpy as np
    import pandas as pd
    import scipy.sparse as sp
    i = np.arange(CELLS)
    g = np.arange(GENES)
    words = np.array(["α", "b c", "", "d\te"], object)[i % 4]
    gaps = np.array([None if k % 5 == 1 else "w%d" % (k % 3) for k in i], object)
    some = sp.random(CELLS, GENES, 0.3, random_state=1, format="csr")
    frame = lambda n, index: pd.DataFrame({"n": np.arange(n), "text": pd.array(["t%d" % (k % 3) for k in range(n)], "string"),  # noqa: E731
                                           "maybe": pd.array([None if k == 2 else "t" for k in range(n)], "string"),
                                           "kind": pd.Categorical(["x", "y"] * (n // 2))}, index=index)

    def obs(value):
        return lambda a: a.obs.__setitem__("column", value)

    def put(where, key, value):
        return lambda a: getattr(a, where).__setitem__(key, value)
    many = pd.Categorical(["c%d" % (k % 20) for k in i], categories=["c%d" % k for k in range(300)])
    out = {
        "obs_int64": obs(i - 3), "obs_uint8": obs(i.astype("u1")), "obs_float32": obs((i / 7).astype("f4")),
        "obs_float_nan": obs(np.where(i % 3, i / 7, np.nan)), "obs_bool": obs(i % 2 == 0), "obs_object_text": obs(words),
        "obs_str": obs(pd.array(words, "str")), "obs_str_missing": obs(pd.array(gaps, "str")),
        "obs_string": obs(pd.array(words, "string")), "obs_string_missing": obs(pd.array(gaps, "string")),
        "obs_categorical": obs(pd.Categorical(words)), "obs_ordered": obs(pd.Categorical(["low", "high"] * (CELLS // 2), ["low", "high"], ordered=True)),
        "obs_categorical_missing": obs(pd.Categorical(gaps)), "obs_categorical_300": obs(many),
        "obs_categorical_numbers": obs(pd.Categorical(i % 3)), "obs_categorical_bool": obs(pd.Categorical(i % 2 == 0)),
        "obs_Int64": obs(pd.array([None if k == 3 else k for k in i], "Int64")), "obs_UInt8": obs(pd.array(i, "UInt8")),
        "obs_boolean": obs(pd.array([None if k == 3 else k % 2 == 0 for k in i], "boolean")),
        "obs_name_unicode": put("obs", "größe µ", i), "x_dense_f8": lambda a: setattr(a, "X", np.asarray(a.X.todense(), "f8")),
        "x_csc": lambda a: setattr(a, "X", sp.csc_matrix(a.X)), "x_int": lambda a: setattr(a, "X", a.X.astype("i8")),
        "x_none": lambda a: (a.layers.__setitem__("counts", a.X.copy()), setattr(a, "X", None)),
        "layer_csr": put("layers", "k", some), "layer_csc": put("layers", "k", sp.csc_matrix(some)),
        "layer_bool": put("layers", "k", np.asarray(some.todense()) > 0), "obsm_csr": put("obsm", "k", some), "obsm_csc": put("obsm", "k", sp.csc_matrix(some)),
        "obsm_frame": lambda a: a.obsm.__setitem__("k", frame(CELLS, a.obs_names)), "varm_frame": lambda a: a.varm.__setitem__("k", frame(GENES, a.var_names)),
        "varm_dense": put("varm", "k", np.outer(g, [1, 2.5])), "obsp_csr": put("obsp", "k", sp.csr_matrix(np.outer(i, i) % 7 == 1, dtype="f8")),
        "varp_dense": put("varp", "k", np.outer(g, g).astype("f4")), "raw": lambda a: setattr(a, "raw", a.copy()),
        "uns_text": put("uns", "k", "naïve"), "uns_int": put("uns", "k", 7), "uns_float": put("uns", "k", math.pi), "uns_bool": put("uns", "k", True),
        "uns_none": put("uns", "k", None), "uns_texts": put("uns", "k", words), "uns_str_array": put("uns", "k", pd.array(words, "str")),
        "uns_string_missing": put("uns", "k", pd.array(gaps, "string")), "uns_Int64": put("uns", "k", pd.array([1, None, 3], "Int64")),
        "uns_categorical": put("uns", "k", pd.Categorical(gaps)), "uns_frame": put("uns", "k", frame(6, ["r%d" % k for k in range(6)])),
        "uns_nested": put("uns", "k", {"a": {"b": np.arange(3), "empty": {}}, "c": ["x", "y"]}), "uns_sparse": put("uns", "k", some),
        "uns_records": put("uns", "k", np.array([(1, 2.5, "ab"), (2, 3.5, "c")], [("n", "i4"), ("x", "f8"), ("s", "O")])),
        "uns_bools": put("uns", "k", i % 3 == 0), "uns_texts_2d": put("uns", "k", np.array([["a", "b"], ["c", "é"]], object)),
        "var_string_missing": put("var", "column", pd.array([None, "v"] * (GENES // 2), "string")),
        "index_named": lambda a: (setattr(a.obs.index, "name", "barcode"), setattr(a.var.index, "name", "symbol")),
    }
    try:
        import awkward as ak
        out["obsm_awkward"] = put("obsm", "k", ak.Array([[1, 2, 3][: k % 4] for k in i]))
        out["uns_awkward"] = put("uns", "k", ak.Array([[1], [], [2, 3]]))
    except ImportError:
        pass
    return out


def blank(value):
    return value is None or type(value).__name__ == "NAType" or isinstance(value, float) and math.isnan(value)


def plain(value):
    """JSON of what an element means, the same for encodings that mean the same."""
    import numpy as np
    import pandas as pd
    kind = type(value).__name__
    if isinstance(value, dict) or hasattr(value, "items") and not isinstance(value, (pd.DataFrame, pd.Series)):
        return {"dict": {str(k): plain(v) for k, v in value.items() if k is not None}}
    if isinstance(value, pd.DataFrame):
        return {"index": [str(v) for v in value.index], "name": value.index.name, "columns": {c: plain(value[c]) for c in value}}
    if isinstance(value, (pd.Series, pd.Index)):
        return plain(value.array)
    if isinstance(value, pd.Categorical):
        return {"labels": [None if blank(v) else str(v) for v in value], "categories": [str(c) for c in value.categories], "ordered": bool(value.ordered)}
    if hasattr(value, "tocsr"):
        return {"array": np.asarray(value.todense()).astype(float).tolist()}
    if "awkward" in type(value).__module__:
        return {"array": value.to_list()}
    if isinstance(value, np.ndarray) and value.dtype.names:
        return {"records": [[x.decode() if isinstance(x, bytes) else str(x) for x in row] for row in value.tolist()]}
    if isinstance(value, (np.ndarray, list)) or hasattr(value, "__array__") and getattr(value, "ndim", 0):
        values = np.asarray(value, object)
        if values.ndim == 1 and not all(isinstance(v, (int, float, np.number)) for v in values if not blank(v)) and values.dtype == object:
            return {"labels": [None if blank(v) else str(v) for v in values]}
        return {"array": np.vectorize(lambda v: None if blank(v) else v if isinstance(v, str) else float(v), otypes=[object])(values).tolist() if values.size else []}
    if blank(value):
        return None
    if isinstance(value, (str, bytes, np.str_)) or kind == "str_":
        return str(value)
    value = np.asarray(value).ravel()
    return str(value[0]) if value.dtype.kind in "OUS" else float(value[0])


def contents(a):
    parts = {"X": None if a.X is None else plain(a.X), "obs": plain(a.obs), "var": plain(a.var), "uns": plain(dict(a.uns))}
    for name in ("layers", "obsm", "varm", "obsp", "varp"):
        parts[name] = plain({k: v for k, v in getattr(a, name).items() if k is not None})
    if a.raw is not None:
        parts["raw"] = {"X": plain(a.raw.X), "var": plain(a.raw.var)}
    return parts


def lost(before, after, where=""):
    """What of `before` is not in `after`; that may hold more."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = [k for k in before if not (k in ("categories", "ordered") and k not in after)]
        return [w for k in keys for w in (lost(before[k], after[k], where + "/" + k) if k in after else [where + "/" + k])]
    same = before == after or (isinstance(before, float) and isinstance(after, float) and math.isclose(before, after, rel_tol=1e-6))
    return [] if same else ["%s: %.80s is %.80s" % (where, before, after)]


def write(folder):
    import anndata
    import numpy as np
    import pandas as pd
    import scipy.sparse as sp
    os.makedirs(folder, exist_ok=True)
    if hasattr(anndata.settings, "allow_write_nullable_strings"):
        anndata.settings.allow_write_nullable_strings = True
    for name, change in cases().items():
        x = np.random.default_rng(0).poisson(1.0, (CELLS, GENES)).astype("f4")
        x[:, 0] += 1
        a = anndata.AnnData(sp.csr_matrix(x), obs=pd.DataFrame(index=["cell%d" % k for k in range(CELLS)]), var=pd.DataFrame(index=["g%d" % k for k in range(GENES)]))
        a.obsm["X_pca"] = x[:, :3].copy()
        a.obs["batch"] = pd.Categorical(["p", "q"] * (CELLS // 2))
        change(a)
        path = os.path.join(folder, name + ".h5ad")
        try:
            a.write_h5ad(path)
        except Exception as e:
            print("without %s, which anndata %s does not write: %.100s" % (name, anndata.__version__, e))
            if os.path.exists(path):
                os.unlink(path)
            continue
        with open(os.path.join(folder, name + ".json"), "w") as f:
            json.dump(contents(anndata.read_h5ad(path)), f)
    print("%d encodings by anndata %s" % (len(glob.glob(folder + "/*.json")), anndata.__version__))


def verbs(folder):
    program = os.environ["SCILAMA"]
    for truth in sorted(glob.glob(folder + "/*.json")):
        stem = truth[:-5]
        layer = ["--layer", "counts"] if os.path.basename(stem) == "x_none" else []
        for verb, options in (("fit", ["--batch", "batch", "--embeddings", "none", "--hidden", "4", "--latent", "2", "--max-steps", "2", "--no-umap"] + layer),
                              ("cluster", ["-e", "X_pca", "--graph"])):
            done = subprocess.run([program, verb, stem + ".h5ad", "-o", stem + "." + verb + ".out", "-q", "--threads", "1"] + options, stderr=subprocess.PIPE, text=True)
            if done.returncode:
                print("FAILED %s of %s: %s" % (verb, os.path.basename(stem), done.stderr.strip()))
                sys.exit(1)


def check(folder):
    import anndata
    passed = failed = 0
    old = tuple(map(int, anndata.__version__.split(".")[:2])) < (0, 9)
    for path in sorted(glob.glob(folder + "/*.out")):
        name = os.path.basename(path).split(".")[0]
        if old and name in NEW_ONLY:
            continue
        with open(os.path.join(folder, name + ".json")) as f:
            before = json.load(f)
        try:
            wrong = lost(before, contents(anndata.read_h5ad(path)))
        except Exception as e:
            wrong = [repr(e)[:300]]
        passed, failed = passed + (not wrong), failed + bool(wrong)
        if wrong:
            print("FAILED", os.path.basename(path), wrong[:3])
    print("anndata %s" % anndata.__version__)
    print("%d passed, %d failed" % (passed, failed))
    sys.exit(failed > 0 or passed < 60)


if __name__ == "__main__":
    {"write": write, "verbs": verbs, "check": check}[sys.argv[1]](sys.argv[2])
