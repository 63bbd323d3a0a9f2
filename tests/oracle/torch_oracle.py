# SPDX-License-Identifier: MIT
"""Trains libscilama and a PyTorch model side by side, dropout and sampling on, with the
same random numbers, and compares every loss and the weights at the end.

  $PYTHON tests/oracle/torch_oracle.py [build directory] [cases]

In single precision with libscilama.so, and in double precision with the test module
tests/oracle/libscilama_f64.so when it was built (ninja tests/oracle/libscilama_f64.so)."""
import ctypes as C
import os
import pathlib
import random
import sys

import numpy as np
import torch

import torch_model

i32, i64, f32, f64, size_t, text, ptr = C.c_int32, C.c_int64, C.c_float, C.c_double, C.c_size_t, C.c_char_p, C.c_void_p


class Error(C.Structure):
    _fields_ = [("code", i32), ("detail", i32), ("message", C.c_char * 248)]


class Matrix(C.Structure):
    _fields_ = [("struct_size", size_t), ("storage", i32), ("value_type", i32), ("index_type", i32), ("memory", i32), ("rows", i64),
                ("cols", i64), ("ld", i64), ("stored", i64), ("values", ptr), ("indices", ptr), ("indptr", ptr), ("indptr_type", i32), ("reserved", i32)]


class ModelOptions(C.Structure):
    _fields_ = [("struct_size", size_t), ("latent", i64), ("hidden", i64 * 6)] + [(n, i32) for n in (
        "activation layer_norm batch_norm fusion pair_scale gene_input encoder_covariates likelihood").split()] + [
        ("dropout", f32), ("var_eps", f32)] + [(n, i32) for n in "embed_center embed_normalize".split()] + [
        ("embed_pca", i64), ("seed", C.c_uint64), ("axes", i64), ("axes_head", i32), ("mixture", i32)]


class TrainerOptions(C.Structure):
    _fields_ = [("struct_size", size_t)] + [(n, i32) for n in "mode sampling validation_sampling shuffle".split()] + [
        (n, i64) for n in "batch_size epochs patience".split()] + [(n, f64) for n in "lr lr_decay weight_decay beta1 beta2 epsilon kl_start kl_end kl_rate".split()] + [
        ("kl_delay", i64)] + [(n, f64) for n in "gamma clip_norm".split()] + [
        (n, i32) for n in "on_nonfinite best_from_start".split()] + [
        ("gene_batch", i64), ("max_steps", i64), ("seed", C.c_uint64), ("track_correlation", i32), ("keep_last", i32)]


class StepInfo(C.Structure):
    _fields_ = [("struct_size", size_t)] + [(n, i32) for n in "events objective phase phases".split()] + [
        (n, i64) for n in "step epoch epochs cells steps_per_epoch skipped".split()] + [
        (n, f64) for n in "loss nll kl_s kl_f beta gamma lr grad_norm validation_loss validation_nll validation_kl_s validation_kl_f best_loss pearson spearman".split()] + [
        ("best_epoch", i64), ("active_units", i64)]


class Tensor(C.Structure):
    _fields_ = [("struct_size", size_t), ("name", text), ("data", ptr), ("dtype", i32), ("rank", i32), ("rows", i64), ("cols", i64), ("trainable", i32), ("reserved", i32)]


class Library:
    """The calls that this oracle needs."""

    def __init__(self, path):
        self.lib = C.CDLL(str(path))
        self.lib.scilama_model_parameters.restype = i64
        self.error = Error()

    def call(self, name, *args):
        status = getattr(self.lib, "scilama_" + name)(*args, C.byref(self.error))
        assert status == 0, self.error.message.decode()

    def options(self, kind, name, *preset, **values):
        o = kind()
        assert getattr(self.lib, f"scilama_{name}_init")(C.byref(o), size_t(C.sizeof(o)), *preset) == 0
        for key, value in values.items():
            if key == "hidden":
                value = (i64 * 6)(*value, *[0] * (6 - len(value)))
            setattr(o, key, value)
        return o

    def dataset(self, p):
        n, g = p["x"].shape
        self.context, self.ds = ptr(), ptr()
        self.call("context_create", C.byref(self.context), None)
        m = self.options(Matrix, "matrix", storage=1, value_type=1, rows=n, cols=g, values=p["x"].ctypes.data_as(ptr))
        names = (text * g)(*[b"g%06d" % i for i in range(g)])
        self.call("dataset_create", C.byref(self.ds), self.context, C.byref(m), None, names)
        for j in range(p["c"].shape[1]):
            column = np.ascontiguousarray(p["c"][:, j], np.float64)
            self.call("dataset_set_numeric", self.ds, b"c%d" % j, column.ctypes.data_as(ptr))
            self.call("dataset_use_covariate", self.ds, b"c%d" % j, i32(3))
        split = np.full(n, 3, np.int32)
        split[p["train"]], split[p["validation"]] = 0, 1
        self.call("dataset_set_split", self.ds, split.ctypes.data_as(ptr))
        for m, e in enumerate(p["embeddings"]):
            table = ptr()
            self.call("gene_table_create", C.byref(table), self.context, names, e.ctypes.data_as(ptr), i64(g), i64(e.shape[1]), i64(0))
            self.call("dataset_add_gene_table", self.ds, b"m%d" % m, table, None, None)
            self.lib.scilama_gene_table_destroy(table)

    def weights(self):
        out = {}
        for i in range(self.lib.scilama_model_parameters(self.model)):
            t = self.options(Tensor, "tensor")
            self.call("model_parameter", self.model, i64(i), C.byref(t))
            kind = C.c_double if t.dtype == 2 else C.c_float
            values = np.ctypeslib.as_array(C.cast(t.data, C.POINTER(kind)), (t.rows * t.cols,)).copy()
            out[t.name.decode()] = values.reshape([(), (t.rows,), (t.rows, t.cols)][t.rank])
        return out

    def start(self, p):
        self.dataset(p)
        self.model, self.trainer = ptr(), ptr()
        self.call("model_create", C.byref(self.model), self.ds, C.byref(self.options(ModelOptions, "model_options", i32(0), **p["model"])))
        self.call("trainer_create", C.byref(self.trainer), self.model, self.ds, C.byref(self.options(TrainerOptions, "trainer_options", i32(0), **p["trainer"])))
        return self.weights()

    def step(self):
        info = self.options(StepInfo, "step_info")
        self.call("trainer_step", self.trainer, C.byref(info))
        return info

    def stop(self):
        for kind, handle in (("trainer", self.trainer), ("model", self.model), ("dataset", self.ds), ("context", self.context)):
            getattr(self.lib, f"scilama_{kind}_destroy")(handle)


def problem(case):
    """A random one; every option takes every value somewhere in a dozen cases."""
    r, rng = np.random.default_rng(case), random.Random(case)
    n, g, p = (62 if case % 4 != 3 else 92) + case % 7, 20 + 3 * (case % 5), case % 3
    hidden = [rng.randint(5, 20) for _ in range(1 + case % 4)]
    modalities = 0 if case % 5 == 4 else 1 + case % 3
    cells = r.permutation(n)
    model = dict(latent=3 + case % 4, hidden=hidden, activation=case % 9, layer_norm=int(case % 4 != 3), batch_norm=int(case % 3 == 2),
                 fusion=(case // 2) % 3, pair_scale=case % 2, encoder_covariates=[1, 0, 1, 2][case % 4],
                 dropout=[0.1, 0.3, 0.5][case % 3], var_eps=1e-4, seed=case, axes=[0, 0, 5, 8][case % 4], axes_head=case // 4 % 2)
    trainer = dict(mode=[3, 2, 1, 5, 2, 4][case % 6], sampling=0, validation_sampling=0, shuffle=1, batch_size=16, epochs=[20, 14, 13][case % 3] if case % 6 else 5,
                   patience=0, lr=2e-3, lr_decay=0.98, weight_decay=[0, 0.05][case % 2], beta1=0.9, beta2=0.999, epsilon=1e-8, kl_start=0.2, kl_end=1.0,
                   kl_rate=0.25, kl_delay=1, gamma=[0.05, 0, 0.4][case % 3], clip_norm=[0, 5.0][case // 2 % 2],
                   best_from_start=case % 2, gene_batch=11 if case % 7 == 6 else 0, seed=1000 + case, keep_last=case // 5 % 2)
    return dict(x=r.standard_normal((n, g)).astype(np.float32), c=r.standard_normal((n, p)).astype(np.float32),
                embeddings=[r.standard_normal((g, 4 + 3 * m + case % 3)).astype(np.float32) for m in range(modalities)],
                train=np.sort(cells[:n - 12]), validation=np.sort(cells[n - 12:]), model=model, trainer=trainer)


def relative(got, want, floor):
    return abs(got - want) / max(abs(want), floor) if np.isfinite(got) == np.isfinite(want) else np.inf


def check_scales(weights, variance, noise, gamma, mean):
    """Of a head that predicts axes: six standard deviations beyond noise, which reaches up to (1 + sqrt(gamma))**2; b_out is the mean."""
    b = variance / noise + 1 - gamma
    excess = (b + np.sqrt(np.maximum(b ** 2 - 4 * variance / noise, 0))) / 2 - 1
    excess[np.cumsum(variance <= noise * (1 + np.sqrt(gamma)) ** 2) > 0] = 0
    assert np.allclose(weights["sample_decoder.axes_scale"], 6 * np.sqrt(excess * noise), rtol=1e-4, atol=1e-5), (weights["sample_decoder.axes_scale"], 6 * np.sqrt(excess * noise))
    assert np.allclose(weights["sample_decoder.output_mean.bias"], mean, atol=1e-5)


def check_axes(p, weights):
    """Those of numpy, as the encoder is to have read them: the principal axes of the training cells without what covariates explain."""
    axes = weights["sample_encoder.axes"]
    x = p["x"][p["train"]].astype(float)
    c = np.column_stack([np.ones(len(x)), p["c"][p["train"]]])
    noise, mean = x.var(0, ddof=1).mean(), x.mean(0)
    x -= c @ np.linalg.lstsq(c, x, rcond=None)[0]
    _, s, v = np.linalg.svd(x, full_matrices=False)
    v = v[:len(axes)]
    apart = np.abs(np.abs((v * axes).sum(1)) - 1).max()
    assert apart < 1e-4, f"axes are {apart:.1e} from those of a singular value decomposition"
    if p["model"]["axes_head"]:
        check_scales(weights, s[:len(axes)] ** 2 / (len(x) - 1), noise, x.shape[1] / len(x), mean)
    return axes


def compare(path, dtype, case, steps=50):
    """Worst relative difference of a loss, and of a weight to its tensor's largest."""
    p, lib = problem(case), Library(path)
    weights = lib.start(p)
    if p["model"]["axes"]:
        weights["sample_encoder.axes"] = check_axes(p, weights)
    transposed = not p["embeddings"]
    embeddings = [p["x"][p["train"]].T] if transposed else p["embeddings"]
    model = torch_model.PairedVAE(p["model"], weights, p["x"].shape[1], embeddings, dtype, transposed)
    worst, count = 0.0, 0
    for want in torch_model.train(model, p["x"], p["c"], p["train"].tolist(), p["validation"].tolist(), p["trainer"], steps):
        info = lib.step()
        count += 1
        for key, value in want.items():
            if key == "phase_end":
                assert info.events & 4, "the phase ends elsewhere"
            elif key != "phase":
                worst = max(worst, relative(getattr(info, key), value, 1e-3))
    apart = 0.0
    for name, value in lib.weights().items():
        want = model.w[name].detach().numpy()
        apart = max(apart, float(np.abs(value - want).max() / max(np.abs(want).max(), 0.1)))
    lib.stop()
    return count, worst, apart


def main():
    build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2] / "build")
    cases, failed = int(sys.argv[2]) if len(sys.argv) > 2 else 36, 0
    torch.set_num_threads(1)
    # Double precision tells whether the equations are the same. In single, a gradient that is rounding
    # alone (a bias before BatchNorm has no other) makes AdamW step all the same, another way with
    # every BLAS; BatchNorm takes it out again, but its running means lag behind.
    variants = [("single", build / "lib" / "libscilama.so", torch.float32, 1e-3, 2e-2), ("double", build / "tests" / "oracle" / "libscilama_f64.so", torch.float64, 1e-9, 1e-8)]
    for name, path, dtype, loss_limit, weight_limit in variants:
        if not os.path.exists(path):
            print(f"{name} precision: skipped, {path} was not built")
            continue
        most = [0.0, 0.0]
        for case in range(cases):
            count, loss, weight = compare(path, dtype, case)
            most = [max(most[0], loss), max(most[1], weight)]
            bad = not (loss <= loss_limit and weight <= weight_limit)
            failed += bad
            if bad or "-v" in sys.argv:
                print(f"{name} precision, case {case}: {count} steps, losses {loss:.2e}, weights {weight:.2e}{' FAILED' if bad else ''}")
        print(f"{name} precision: {cases} cases of up to 50 steps, worst relative difference of losses {most[0]:.2e}, of weights {most[1]:.2e}")
    print("torch", torch.__version__, "agrees" if not failed else f"disagrees in {failed} cases")
    return int(failed != 0)


if __name__ == "__main__":
    sys.exit(main())
